"""What Keras's callbacks and the methods of `keras.Model` do with a GAN: each is run here, and `docs/keras.md` says so.

The tables of that page are made from the rows below: `python tests/core/test_keras_page.py` writes them.
"""

import csv
import http.server
import json
import logging
import re
import threading
from pathlib import Path

import attrs
import keras
import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg.engine.variables import weights_hash

PAGE = Path(__file__).parents[2] / "docs" / "keras.md"
POINTS = np.random.default_rng(0).normal(size=(48, 1)).astype(np.float32)
"""Three batches of 16, so three iterations an epoch."""

CALLBACKS, METHODS = [], []


@attrs.frozen
class Row:
    """What something does with a GAN, and a function that runs it."""

    names: tuple
    does: str
    check: object

    @property
    def id(self):
        return self.names[0]


def row(table, *names):
    """Makes a row from a function, whose docstring is what the page says."""

    def add(check):
        table.append(Row(names, " ".join(check.__doc__.split()), check))
        return check

    return add


class Bench:
    """Makes and trains small GANs."""

    def __init__(self, folder):
        self.folder = folder

    def gan(self, **options):
        given = {
            "generator": "mlp:latent_dim=2,widths=[2]",
            "discriminator": "mlp:widths=[2]",
            "loss": "non-saturating",
            "data": ganreg.DataSpec((1,)),
            "batch_size": 16,
            "ema_decay": 0.9,
        }
        return ganreg.assemble(**given | options)

    def forgetful(self):
        """A GAN that holds everything that can be forgotten: batch statistics, dropout's seeds, a component's state."""
        return self.gan(
            generator="mlp:latent_dim=2,widths=[2],norm=batch",
            discriminator="mlp:widths=[2],dropout=0.5",
            regularizers=["lecam"],
        )

    def fit(self, gan, *callbacks, **options):
        given = {"epochs": 2, "verbose": 0, "execution": "eager"}
        return gan.fit(POINTS, callbacks=[*callbacks], **given | options)


class Interruption(keras.callbacks.Callback):
    """Ends a training with an error after some iterations."""

    def __init__(self, after):
        super().__init__()
        self.left = after

    def on_train_batch_end(self, batch, logs=None):
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


@row(CALLBACKS, "BackupAndRestore")
def backup_and_restore(bench):
    """Continues an interrupted `fit` exactly: to the last bit as if there had been no interruption, in the middle of an
    epoch as well if `save_freq` is a number of iterations."""
    whole = bench.forgetful()
    bench.fit(whole)
    for frequency in (2, "epoch"):
        folder = bench.folder / f"backup-{frequency}"
        callbacks = keras.callbacks.BackupAndRestore(folder, save_freq=frequency), Interruption(5)
        with pytest.raises(KeyboardInterrupt):
            bench.fit(bench.forgetful(), *callbacks)
        continued = bench.forgetful()
        history = bench.fit(continued, keras.callbacks.BackupAndRestore(folder, save_freq=frequency))
        assert weights_hash(continued.players) == weights_hash(whole.players)
        assert history.epoch == [1]


@row(CALLBACKS, "Callback")
def own_callback(bench):
    """One of your own: `self.model` is the GAN. Methods for batches are called after each iteration."""
    seen = []

    class Own(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append((batch, self.model, sorted(logs)))

    gan = bench.gan()
    bench.fit(gan, Own())
    assert [batch for batch, _, _ in seen] == [0, 1, 2, 0, 1, 2]
    assert all(model is gan and names == sorted(gan.log_names) for _, model, names in seen)


@row(CALLBACKS, "CallbackList")
def callback_list(bench):
    """Its callbacks are used."""
    found = []
    listed = keras.callbacks.CallbackList([keras.callbacks.LambdaCallback(on_train_end=found.append)])
    bench.gan().fit(POINTS, epochs=1, verbose=0, execution="eager", callbacks=listed)
    assert len(found) == 1


@row(CALLBACKS, "CSVLogger")
def csv_logger(bench):
    """Writes a row for each epoch, with values of validation data as `val_...`."""
    path = bench.folder / "log.csv"
    history = bench.fit(bench.gan(), keras.callbacks.CSVLogger(path), validation_data=POINTS)
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert [int(one["epoch"]) for one in rows] == [0, 1]
    for name in ("generator_loss", "val_discriminator_loss"):
        assert [float(one[name]) for one in rows] == pytest.approx(history.history[name])


@row(CALLBACKS, "EarlyStopping")
def early_stopping(bench):
    """Stops by any value that is logged. With `mode="auto"`, accuracies should rise and everything else should fall.
    `restore_best_weights` restores the networks and their moving averages. A value that is not logged is refused before
    the training."""
    gan = bench.gan(generator_optimizer="sgd:learning_rate=1e-30", discriminator_optimizer="sgd:learning_rate=1e-30")
    still = keras.callbacks.EarlyStopping(monitor="val_generator_loss", patience=2, restore_best_weights=True)
    assert bench.fit(gan, still, epochs=9, validation_data=POINTS).epoch == [0, 1, 2]
    assert still.mode == "min"
    with pytest.raises(ganreg.SpecError, match=r"EarlyStopping monitors 'val_loss', which is not logged"):
        bench.fit(gan, keras.callbacks.EarlyStopping())


@row(CALLBACKS, "History")
def history_callback(bench):
    """Holds the means of each epoch; `fit` returns it."""
    mine = keras.callbacks.History()
    assert bench.fit(bench.gan(), mine, steps=4, epochs=None) is mine
    assert mine.epoch == [0, 1]  # the last one incomplete
    assert all(len(values) == 2 for values in mine.history.values())


@row(CALLBACKS, "LambdaCallback")
def lambda_callback(bench):
    """Works; functions for batches are called after each iteration."""
    batches = []
    bench.fit(bench.gan(), keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: batches.append(batch)))
    assert batches == [0, 1, 2, 0, 1, 2]


def rates(gan):
    return tuple(float(one.learning_rate) for one in (gan.generator_optimizer, gan.discriminator_optimizer))


@row(CALLBACKS, "LearningRateScheduler")
def learning_rate_scheduler(bench):
    """Sets the rates of both players, each from its own, or of one after `ganreg.for_player`. They are logged as
    `learning_rate_generator` and `learning_rate_discriminator`."""
    options = {"generator_optimizer": "adam:learning_rate=0.1", "discriminator_optimizer": "sgd:learning_rate=0.4"}

    def halving():
        return keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)

    both, one = bench.gan(**options), bench.gan(**options)
    history = bench.fit(both, halving()).history
    bench.fit(one, ganreg.for_player(halving(), "discriminator"))
    assert rates(both) == pytest.approx((0.025, 0.1))
    assert rates(one) == pytest.approx((0.1, 0.1))
    assert history["learning_rate_generator"] == pytest.approx([0.05, 0.025])
    decaying = bench.gan(learning_rate_decay="linear", **options)
    with pytest.raises(ganreg.SpecError, match="generator's optimizer follows a schedule of its own"):
        bench.fit(decaying, halving())


@row(CALLBACKS, "ModelCheckpoint")
def model_checkpoint(bench):
    """Saves the whole GAN as `.keras`, or with `save_weights_only=True` as `.weights.h5`. Either way, what is loaded
    continues the training exactly. With `save_best_only`, `monitor` must be a value that is logged."""
    gan = bench.forgetful()
    whole, weights = bench.folder / "{epoch}.keras", bench.folder / "{epoch}.weights.h5"
    bench.fit(
        gan,
        keras.callbacks.ModelCheckpoint(whole),
        keras.callbacks.ModelCheckpoint(
            weights, save_weights_only=True, save_best_only=True, monitor="generator_gradient_norm", mode="max"
        ),
    )
    loaded = keras.models.load_model(bench.folder / "1.keras")
    other = bench.forgetful()
    other.load_weights(bench.folder / "1.weights.h5")
    for one in (loaded, other):
        bench.fit(one, epochs=1)
        assert weights_hash(one.players) == weights_hash(gan.players)
    with pytest.raises(ganreg.SpecError, match=r"cannot save a GAN as .*x\.h5; end the name in \.keras"):
        bench.fit(gan, keras.callbacks.ModelCheckpoint(bench.folder / "x.h5"))


@row(CALLBACKS, "OrbaxCheckpoint")
def orbax_checkpoint(bench):
    """Is refused: it saves one optimizer only. Use `ModelCheckpoint`, or `ganreg.train`."""
    callback = object.__new__(keras.callbacks.OrbaxCheckpoint)  # without the package orbax
    with pytest.raises(ganreg.SpecError, match=r"OrbaxCheckpoint cannot be used .* use ModelCheckpoint"):
        bench.fit(bench.gan(), callback)


@row(CALLBACKS, "ProgbarLogger")
def progbar_logger(bench):
    """Shows the progress, with the means of what is logged; `fit` adds it unless `verbose=0`; a notebook shows live
    progress in its place unless `verbose=1`."""
    printed = bench.printed(lambda: bench.fit(bench.gan(), keras.callbacks.ProgbarLogger(), verbose=0))
    assert "generator_loss" not in printed
    printed = bench.printed(lambda: bench.fit(bench.gan(), keras.callbacks.ProgbarLogger(), verbose=1))
    assert "Epoch 2/2" in printed
    assert "3/3" in printed
    assert "generator_loss" in printed


@row(CALLBACKS, "ReduceLROnPlateau")
def reduce_on_plateau(bench):
    """Lowers the rates of both players, or of one after `ganreg.for_player`."""
    still = {"generator_optimizer": "sgd:learning_rate=1e-9", "discriminator_optimizer": "sgd:learning_rate=1e-8"}
    both, one = bench.gan(**still), bench.gan(**still)

    def reducing():
        return keras.callbacks.ReduceLROnPlateau(monitor="val_generator_loss", factor=0.1, patience=1)

    bench.fit(both, reducing(), validation_data=POINTS)
    bench.fit(one, ganreg.for_player(reducing(), "generator"), validation_data=POINTS)
    assert rates(both) == pytest.approx((1e-10, 1e-9))
    assert rates(one) == pytest.approx((1e-10, 1e-8))


@row(CALLBACKS, "RemoteMonitor")
def remote_monitor(bench):
    """Sends the values of each epoch to a server."""
    received = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        root = f"http://127.0.0.1:{server.server_port}"
        history = bench.fit(bench.gan(), keras.callbacks.RemoteMonitor(root=root, send_as_json=True))
        server.shutdown()
    assert [one["epoch"] for one in received] == [0, 1]
    assert [one["generator_loss"] for one in received] == history.history["generator_loss"]


@row(CALLBACKS, "SwapEMAWeights")
def swap_weights(bench):
    """Is refused: a GAN keeps its moving averages by itself, in `gan.average_generator`."""
    with pytest.raises(ganreg.SpecError, match=r"SwapEMAWeights cannot be used .* gan\.average_generator"):
        bench.fit(bench.gan(), keras.callbacks.SwapEMAWeights())


@row(CALLBACKS, "TensorBoard")
def tensorboard(bench):
    """Logs everything that the history holds and the rates of both players. Histograms are named after the networks,
    moving averages included."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    history = bench.fit(
        bench.gan(), keras.callbacks.TensorBoard(bench.folder, histogram_freq=1), validation_data=POINTS
    ).history
    events = EventAccumulator(str(bench.folder / "train"), size_guidance={"tensors": 0}).Reload()
    tags = events.Tags()["tensors"]
    assert {"epoch_learning_rate_generator", "epoch_learning_rate_discriminator"} <= set(tags)
    values = [float(tf.make_ndarray(one.tensor_proto)) for one in events.Tensors("epoch_generator_loss")]
    assert values == pytest.approx(history["generator_loss"])
    networks = {tag.partition("/")[0] for tag in tags if tag.endswith("/histogram")}
    assert networks == {"generator", "discriminator", "average_generator"}
    validation = EventAccumulator(str(bench.folder / "validation"), size_guidance={"tensors": 0}).Reload()
    assert "epoch_generator_loss" in validation.Tags()["tensors"]


@row(CALLBACKS, "TerminateOnNaN")
def terminate_on_nan(bench):
    """Ends the training at a value that is not finite; the history is returned. Without it, and with
    `raise_error=True`, such a value raises a `NumericalError` that names it."""
    exploding = {"generator_optimizer": "sgd:learning_rate=1e38", "discriminator_optimizer": "sgd:learning_rate=1e38"}
    history = bench.fit(bench.gan(**exploding), keras.callbacks.TerminateOnNaN(), epochs=50)
    assert len(history.epoch) < 50
    for callbacks in ((), (keras.callbacks.TerminateOnNaN(raise_error=True),)):
        with pytest.raises(ganreg.NumericalError):
            bench.fit(bench.gan(**exploding), *callbacks, epochs=50)


@row(METHODS, "fit")
def fit(bench):
    """Trains; a second call continues. `validation_data`, `validation_split`, `validation_steps`,
    `validation_batch_size` and `validation_freq` work as in Keras; `steps=` gives a number of iterations instead of
    epochs."""
    gan = bench.gan()
    history = bench.fit(
        gan, epochs=4, validation_split=0.5, validation_batch_size=8, validation_steps=2, validation_freq=2
    ).history
    assert len(history["generator_loss"]) == 4
    assert len(history["val_generator_loss"]) == 2
    assert int(gan.iterations) == 4  # 24 samples are one batch
    with pytest.raises(ganreg.SpecError, match="does not take class_weight="):
        bench.fit(gan, class_weight={0: 1.0})


@row(METHODS, "evaluate")
def evaluate(bench):
    """Computes the losses, penalties and accuracies as a dict; with `return_dict=False` as a list. No variable
    changes."""
    gan = bench.gan()
    before = weights_hash(gan.players)
    values = gan.evaluate(POINTS, steps=2)
    assert gan.evaluate(POINTS[:32], return_dict=False) == list(values.values())
    assert weights_hash(gan.players) == before


@row(METHODS, "predict", "predict_on_batch", "call")
def predict(bench):
    """Turns latents, or latents and labels, into samples with the moving average of the generator."""
    gan = bench.gan()
    bench.fit(gan)
    latents = np.ones((5, 2), np.float32)
    expected = gan.average_generator(latents, training=False)
    for samples in (gan.predict(latents, verbose=0), gan.predict_on_batch(latents), gan(latents)):
        np.testing.assert_allclose(samples, expected, rtol=1e-5)


@row(METHODS, "train_on_batch")
def train_on_batch(bench):
    """Runs one iteration of the schedule, which takes `discriminator_steps` batches in one array. Three calls are the
    same as a `fit` of three iterations."""
    one, other = bench.gan(), bench.gan()
    for start in range(0, 48, 16):
        logs = one.train_on_batch(POINTS[start : start + 16])
    other.fit(POINTS, steps=3, shuffle=False, verbose=0, execution="graph", updates_per_call=1)
    assert weights_hash(one.players) == weights_hash(other.players)
    assert sorted(logs) == sorted(one.log_names)


@row(METHODS, "test_on_batch")
def test_on_one_batch(bench):
    """Evaluates one batch."""
    gan = bench.gan()
    assert gan.test_on_batch(POINTS[:16]) == gan.evaluate(POINTS[:16])


@row(METHODS, "compile", "get_compile_config", "compile_from_config")
def compiled(bench):
    """Replaces optimizers: `generator_optimizer=`, `discriminator_optimizer=`. Their states start afresh, and the
    recipe names them. Without arguments, both are built anew for the weights that are trainable now. Keras's own
    arguments are refused. Files hold the optimizers with the configuration."""
    gan = bench.gan()
    bench.fit(gan, epochs=1)
    kept = gan.discriminator_optimizer
    gan.compile(generator_optimizer=keras.optimizers.SGD(0.0))
    before = gan.generator.get_weights()[0]
    bench.fit(gan, epochs=1)
    np.testing.assert_array_equal(gan.generator.get_weights()[0], before)
    assert gan.discriminator_optimizer is kept
    assert gan.recipe.generator_optimizer.name == "sgd"
    assert gan.get_compile_config() is None
    with pytest.raises(ganreg.SpecError, match=r"does not take optimizer=.*generator_optimizer="):
        gan.compile("adam", loss="mse")


@row(METHODS, "summary")
def summary(bench):
    """Prints each network once, under its name in the game; moving averages are left out."""
    gan = bench.gan()
    lines = []
    gan.summary(print_fn=lines.append)
    printed = "\n".join(lines)
    assert [len(re.findall(rf"\b{name}\b", printed)) for name in ("generator", "discriminator")] == [1, 1]
    total = sum(network.count_params() for network in gan.networks.values())
    assert re.search(rf"Total params:\D*{total}\b", printed)


@row(METHODS, "get_config", "from_config", "to_json", "get_build_config", "build_from_config")
def config(bench):
    """The recipe as TOML text and the optimizers. From it comes the same GAN, untrained."""
    gan = bench.gan()
    bench.fit(gan, epochs=1)
    again = ganreg.GAN.from_config(json.loads(json.dumps(gan.get_config())))
    assert again.recipe == gan.recipe
    assert int(again.iterations) == 0
    assert json.loads(gan.to_json())["registered_name"] == "ganreg>GAN"


@row(METHODS, "keras.models.clone_model")
def clone_model(bench):
    """Makes the same GAN in its initial state, as its seed gives it."""
    gan, fresh = bench.gan(), bench.gan()
    bench.fit(gan, epochs=1)
    clone = keras.models.clone_model(gan)
    assert weights_hash(clone.players) == weights_hash(fresh.players)


@row(METHODS, "save", "keras.models.load_model")
def save(bench):
    """Saves the whole GAN as a `.keras` file, or as a folder for `ganreg.load`. What is loaded continues the training
    exactly. The generator alone is saved by `gan.average_generator.save("generator.keras")`."""
    gan = bench.forgetful()
    bench.fit(gan, epochs=1)
    gan.save(bench.folder / "gan.keras")
    gan.save(bench.folder / "gan")
    loaded = [keras.models.load_model(bench.folder / "gan.keras"), ganreg.load(bench.folder / "gan")]
    for one in (gan, *loaded):
        bench.fit(one, epochs=1)
    assert {weights_hash(one.players) for one in loaded} == {weights_hash(gan.players)}
    gan.average_generator.save(bench.folder / "generator.keras")
    latents = np.ones((3, 2), np.float32)
    generator = keras.models.load_model(bench.folder / "generator.keras")
    np.testing.assert_array_equal(generator(latents), gan(latents))
    for path, options in (("x.h5", {}), ("x.keras", {"include_optimizer": False})):
        with pytest.raises(ganreg.SpecError, match=r"end the name in \.keras|gan\.average_generator\.save"):
            gan.save(bench.folder / path, **options)


@row(METHODS, "save_weights", "load_weights", "save_own_variables", "load_own_variables")
def weights_files(bench):
    """The file holds all networks, moving averages, optimizers, the components' states and the number of iterations.
    What is loaded continues the training exactly."""
    gan, other = bench.forgetful(), bench.forgetful()
    bench.fit(gan, epochs=1)
    gan.save_weights(bench.folder / "x.weights.h5")
    other.load_weights(bench.folder / "x.weights.h5")
    for one in (gan, other):
        bench.fit(one, epochs=1)
    assert int(other.iterations) == 6
    assert weights_hash(other.players) == weights_hash(gan.players)
    with pytest.raises(ganreg.RunError, match=r"x\.weights\.h5 does not fit this GAN"):
        bench.gan().load_weights(bench.folder / "x.weights.h5")


@row(METHODS, "export")
def export(bench):
    """Exports the moving average of the generator for programs without ganreg: see
    [Using a generator elsewhere](export.md)."""
    gan = bench.gan()
    gan.export(bench.folder / "exported")
    latents = np.ones((3, 2), np.float32)
    program = tf.saved_model.load(str(bench.folder / "exported"))
    np.testing.assert_allclose(program.serve(latents), gan.average_generator(latents), atol=1e-5)


@row(METHODS, "get_weights", "set_weights")
def weights_lists(bench):
    """The weights of the networks and of the moving averages, without optimizers; `save_weights` has everything."""
    gan, other = bench.gan(), bench.gan(seed=5)
    other.set_weights(gan.get_weights())
    np.testing.assert_array_equal(other.generate(3, seed=0), gan.generate(3, seed=0))


@row(METHODS, "layers", "get_layer")
def layers(bench):
    """The networks: `get_layer("generator")`, `get_layer("average_generator")`. Their layers are inside them."""
    gan = bench.gan()
    assert gan.layers == [gan.generator, gan.discriminator, gan.average_generator]
    assert gan.get_layer("average_generator") is gan.average_generator
    assert gan.get_layer(index=1) is gan.discriminator
    with pytest.raises(ganreg.SpecError, match=r"no network 'dense'.*gan\.generator\.get_layer"):
        gan.get_layer("dense")


@row(
    METHODS,
    "count_params",
    "weights",
    "variables",
    "trainable_weights",
    "trainable_variables",
    "non_trainable_weights",
    "non_trainable_variables",
)
def count_params(bench):
    """Those of the networks and of the moving averages."""
    gan = bench.gan()
    networks = (gan.generator, gan.discriminator, gan.average_generator)
    assert gan.count_params() == sum(network.count_params() for network in networks)
    assert len(gan.weights) == sum(len(network.weights) for network in networks)
    without = bench.gan(ema_decay=0)
    assert without.count_params() == without.generator.count_params() + without.discriminator.count_params()


@row(METHODS, "trainable")
def trainable(bench):
    """Of a layer: takes effect at the next `fit`, and is held by `.keras` files. Of a whole player: `fit` refuses to
    train it."""
    gan = bench.gan()
    bench.fit(gan, epochs=1)
    frozen = next(layer for layer in gan.generator.layers if layer.weights)
    frozen.trainable = False
    before = frozen.get_weights()[0]
    bench.fit(gan, epochs=1)
    np.testing.assert_array_equal(frozen.get_weights()[0], before)
    gan.trainable = False
    with pytest.raises(ganreg.AssemblyError, match="generator has no trainable weights"):
        bench.fit(gan)


@row(METHODS, "metrics", "metrics_names", "metrics_variables", "reset_metrics", "get_metrics_result", "losses", "loss")
def metrics(bench):
    """Empty: what a GAN logs is in `log_names`, and `ganreg.evaluate` scores samples."""
    gan = bench.gan()
    gan.reset_metrics()
    assert (gan.metrics, gan.metrics_names, gan.metrics_variables, gan.losses) == ([], [], [], [])
    assert gan.get_metrics_result() == {}
    assert gan.loss is None


@row(METHODS, "optimizer")
def optimizer(bench):
    """The generator's optimizer, for what reads one. Assigning `generator_optimizer` is the same as `compile`."""
    gan = bench.gan()
    assert gan.optimizer is gan.generator_optimizer
    gan.generator_optimizer = "sgd:learning_rate=0.5"
    assert rates(gan)[0] == 0.5
    with pytest.raises(ganreg.AssemblyError, match=r"gan\.optimizer cannot be replaced.*generator_optimizer="):
        gan.optimizer = keras.optimizers.SGD()


@row(METHODS, "run_eagerly", "jit_compile")
def switches(bench):
    """Cannot be assigned: pass `execution=` to `fit`, and `updates_per_call=` instead of `steps_per_execution`."""
    gan = bench.gan()
    for name in ("run_eagerly", "jit_compile", "steps_per_execution"):
        with pytest.raises(ganreg.AssemblyError, match=r"execution=|updates_per_call="):
            setattr(gan, name, 2)


@row(
    METHODS,
    "train_step",
    "test_step",
    "compute_loss",
    "stateless_compute_loss",
    "compute_metrics",
    "make_train_function",
    "make_test_function",
    "add_loss",
    "add_metric",
    "add_weight",
    "add_variable",
    "quantize",
    "get_state_tree",
    "set_state_tree",
    "reset_states",
)
def refused(bench):
    """Are refused, each with a line that says what to use instead."""
    gan = bench.gan()
    (names,) = [one.names for one in METHODS if one.check is refused]
    for name in names:
        with pytest.raises(ganreg.SpecError, match=rf"^a GAN has no {name}\(\): .{{12}}"):
            getattr(gan, name)("int8")


AS_LAYERS = re.findall(
    r"\w+",
    """build compiled_loss compiled_metrics compute_dtype compute_mask compute_output_shape compute_output_spec
    distribute_reduction_method distribute_strategy dtype dtype_policy get_quantization_layer_structure input
    input_dtype input_spec make_predict_function output path predict_step quantization_mode quantized_build
    quantized_call rematerialized_call stateless_call supports_masking symbolic_call variable_dtype""",
)
"""What `keras.Model` has for layers inside others, which a GAN is not."""

SLOW = {"CSVLogger", "ProgbarLogger", "ReduceLROnPlateau", "RemoteMonitor", "TerminateOnNaN", "train_on_batch"}
"""Rows that only the slow tests run."""

PRINTED = {"TerminateOnNaN": "TerminateOnNaN ends the training"}


def parameters(rows):
    return [pytest.param(one, id=one.id, marks=[pytest.mark.slow] if one.id in SLOW else []) for one in rows]


@pytest.fixture
def bench(tmp_path, capsys):
    made = Bench(tmp_path)

    def printed(action):
        capsys.readouterr()
        action()
        return capsys.readouterr().out

    made.printed = printed
    return made


@pytest.mark.parametrize("one", parameters(CALLBACKS))
def test_callbacks_do_what_the_page_says(one, bench, caplog):
    with caplog.at_level(logging.WARNING, logger="ganreg"):
        one.check(bench)
    assert PRINTED.get(one.id, "") in caplog.text


@pytest.mark.parametrize("one", parameters(METHODS))
def test_methods_do_what_the_page_says(one, bench):
    one.check(bench)


def test_every_callback_of_keras_is_on_the_page():
    offered = {name for name in vars(keras.callbacks) if not name.startswith("_")}
    assert offered == {name for one in CALLBACKS for name in one.names}


def test_every_method_of_a_keras_model_is_on_the_page():
    offered = {name for name in dir(keras.Model) if not name.startswith("_")}
    known = {name for one in METHODS for name in one.names}
    assert offered - known - set(AS_LAYERS) == set(), "say on the page what it does"
    assert known & set(AS_LAYERS) == set()


def table(rows, head):
    lines = [f"| {head} | with a GAN |", "|---|---|"]
    lines += [f"| {', '.join(f'`{name}`' for name in one.names)} | {one.does} |" for one in rows]
    return "\n".join(lines)


def page(text):
    """The page with the tables that the rows make."""
    for name, made in (("callbacks", table(CALLBACKS, "callback")), ("methods", table(METHODS, "method"))):
        begin, end = f"<!-- {name}, made by tests/core/test_keras_page.py -->\n", f"<!-- end of {name} -->"
        head, _, rest = text.partition(begin)
        text = f"{head}{begin}{made}\n{end}{rest.partition(end)[2]}"
    return text


def test_the_page_says_what_is_tested_here():
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text, "run: python tests/core/test_keras_page.py"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
