"""What ganreg relies on in pluggy beyond calling hooks. A failure here names the module to mend."""

import types

import pluggy

HOST = (
    "pluggy describes a hook's implementations differently: mend ganreg/plugins/host.py, the only module to read that"
)

specification, implementation = pluggy.HookspecMarker("canary"), pluggy.HookimplMarker("canary")


class Hooks:
    """One hook."""

    @specification
    def canary_sings(self, run):
        """Sing."""


def test_each_implementation_can_be_called_by_itself():
    manager = pluggy.PluginManager("canary")
    manager.add_hookspecs(Hooks)
    plugin = types.SimpleNamespace(canary_sings=implementation(lambda: "sung"))
    manager.register(plugin, name="acme:bird")

    (found,) = manager.hook.canary_sings.get_hookimpls()

    assert (found.plugin, found.plugin_name) == (plugin, "acme:bird"), HOST
    assert tuple(found.argnames) == (), HOST
    assert found.function() == "sung", HOST


def test_the_options_of_an_implementation_can_be_read():
    plugin = types.SimpleNamespace(sings=implementation(lambda: None, specname="canary_sings"), other=lambda: None)
    manager = pluggy.PluginManager("canary")

    assert manager.parse_hookimpl_opts(plugin, "sings")["specname"] == "canary_sings", HOST
    assert manager.parse_hookimpl_opts(plugin, "other") is None, HOST
