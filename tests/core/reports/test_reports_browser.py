"""Reports in headless Chromium, as a reader sees and uses them. Slow; skipped if there is no browser.

Covers the templates and scripts of all reports, so it mirrors no single module.
"""

import json
import shutil
import time

import pytest

from ganreg.comparison.report import write_report

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")

from selenium.webdriver.chrome.options import Options  # noqa: E402 - after the skip
from selenium.webdriver.chrome.service import Service  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402

NASTY = "<script>alert(1)</script>"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def browser():
    """A browser whose console and network requests are recorded."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if program is None or driver is None:
        pytest.skip("there is no Chromium with a chromedriver")
    options = Options()
    options.binary_location = program
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    opened = webdriver.Chrome(options=options, service=Service(driver))
    opened.set_page_load_timeout(120)
    yield opened
    opened.quit()


@pytest.fixture(scope="module")
def comparison(written_comparison):
    """The report of a comparison."""
    return write_report(written_comparison)


@pytest.fixture
def show(browser):
    """Opens a file; afterwards checks that the console is empty and that nothing else was requested."""
    opened = []

    def open_file(path, width=1200, scheme="light"):
        screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        emulate(browser, scheme)
        opened.append(path.resolve().as_uri())
        browser.get(opened[-1])
        wait(lambda: browser.execute_script("return document.documentElement.dataset.drawn"))
        return browser

    yield open_file
    assert browser.get_log("browser") == []
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [item["params"]["request"]["url"] for item in messages if item["method"] == "Network.requestWillBeSent"]
    assert [url for url in asked if not url.startswith(("data:", "blob:"))] == opened


def emulate(browser, scheme):
    """Emulates a light or dark system."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def wait(condition, seconds=90):
    """Waits until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "timed out"
        time.sleep(0.05)


def find(browser, selector):
    return browser.find_element(By.CSS_SELECTOR, selector)


def sample_grid(browser):
    return find(browser, ".grids img").get_attribute("src")


def first_column(browser, table):
    return browser.execute_script(
        f"return [...document.querySelectorAll('#{table} tbody tr')].map(r => r.cells[0].innerText)"
    )


def visible(browser, selector):
    return [item for item in browser.find_elements(By.CSS_SELECTOR, selector) if item.is_displayed()]


def test_the_slider_changes_the_sample_grid(show, run_folder):
    browser = show(write_report(run_folder))
    slider, last = find(browser, ".grids input"), sample_grid(browser)
    slider.send_keys(Keys.ARROW_LEFT)
    assert find(browser, ".grids output").text == "iteration 200"
    assert slider.get_attribute("aria-valuetext") == "iteration 200"
    assert sample_grid(browser) != last
    slider.send_keys(Keys.END)
    assert sample_grid(browser) == last


def test_the_sample_grids_play_and_follow_the_arrow_keys(show, run_folder):
    browser = show(write_report(run_folder))
    button = find(browser, ".grids button")
    last = sample_grid(browser)
    button.send_keys(Keys.ENTER)
    assert sample_grid(browser) != last
    wait(lambda: button.text == "Play")
    assert sample_grid(browser) == last
    button.send_keys(Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    assert find(browser, ".grids output").text == "iteration 100"
    button.send_keys(Keys.ARROW_RIGHT)
    assert find(browser, ".grids output").text == "iteration 200"


def test_curves_have_controls_for_the_keyboard(show, run_folder):
    browser = show(write_report(run_folder))
    chart = find(browser, "figure[data-chart='0']")
    plot = "document.querySelector('[data-chart=\"0\"] .plot')"
    raw = browser.execute_script(f"return [...{plot}.data[0].y]")
    log, smoothing, start, end = chart.find_elements(By.CSS_SELECTOR, ".controls input")
    log.send_keys(Keys.SPACE)
    assert browser.execute_script(f"return {plot}.layout.yaxis.type") == "log"
    smoothing.send_keys(Keys.ARROW_RIGHT * 10)
    smooth = browser.execute_script(f"return [...{plot}.data[0].y]")
    weight, total, mass = 0.2, 0.0, 0.0
    for before, after in zip(raw, smooth, strict=True):
        total, mass = weight * total + (1 - weight) * before, weight * mass + (1 - weight)
        assert after == pytest.approx(total / mass)
    start.send_keys("100")
    end.send_keys("200", Keys.TAB)
    assert browser.execute_script(f"return {plot}.layout.xaxis.range") == [100, 200]
    chart.find_element(By.CSS_SELECTOR, ".controls button").send_keys(Keys.ENTER)
    assert browser.execute_script(f"return {plot}.layout.xaxis.range")[1] > 290
    chart.find_elements(By.CSS_SELECTOR, ".legend input")[1].send_keys(Keys.SPACE)
    assert browser.execute_script(f"return {plot}.data.map(line => line.visible)") == [True, False]


def test_tables_are_sorted_by_their_headings(show, comparison):
    browser = show(comparison)
    heading = find(browser, "#trial-table th button")
    assert first_column(browser, "trial-table") == [str(number) for number in range(12)]
    heading.send_keys(Keys.ENTER)
    heading.send_keys(Keys.ENTER)
    assert first_column(browser, "trial-table") == [str(number) for number in reversed(range(12))]
    score = next(item for item in browser.find_elements(By.CSS_SELECTOR, "#trial-table th") if "moments" in item.text)
    score.find_element(By.CSS_SELECTOR, "button").send_keys(Keys.SPACE)
    assert score.get_attribute("aria-sort") == "ascending"
    order = first_column(browser, "trial-table")
    assert order[:4] == ["0", "1", "2", "6"]
    assert set(order[-2:]) == {"4", "9"}, "those without a score come last"


def test_the_filter_applies_to_rows_sample_grids_and_curves(show, comparison):
    browser = show(comparison)
    words = find(browser, ".filters input")
    words.send_keys("wasserstein finished")
    find(browser, "select[data-axis=seed]").send_keys("1")
    assert find(browser, ".filters output").text == "2 of 12 trials"
    assert len(visible(browser, "#trial-table tbody tr")) == 2
    assert len(visible(browser, ".gallery figure")) == 2
    assert len(visible(browser, "#combinations tbody tr")) == 2
    assert len(visible(browser, "#distributions figure")) == 2
    curves = "document.querySelector('#curves .plot').data.filter(line => line.visible).length"
    wait(lambda: browser.execute_script(f"return {curves}") == 2)
    find(browser, ".filters button").send_keys(Keys.ENTER)
    wait(lambda: len(visible(browser, "#trial-table tbody tr")) == 12)
    find(browser, "select[data-axis=loss]").send_keys("hinge")
    find(browser, "select[data-axis=state]").send_keys("diverged")
    assert find(browser, ".filters output").text == "1 of 12 trials"


def test_a_name_that_is_a_script_shows_as_text(show, comparison):
    browser = show(comparison)
    assert NASTY in find(browser, "#combinations").text
    assert NASTY in find(browser, "#failed").text
    assert NASTY in find(browser, ".legend").text or NASTY in find(browser, "#curves .legend").text
    axes = browser.execute_script(
        "return [...document.querySelectorAll('#effects .ytick text')].map(e => e.textContent)"
    )
    assert NASTY in axes
    assert (
        browser.execute_script(
            "return [...document.scripts].filter(s => s.text.includes('alert(1)') && !s.type).length"
        )
        == 0
    )


def test_another_score_shows_its_own_effects(show, comparison):
    browser = show(comparison)
    select = find(browser, "#effect-score")
    assert [part.get_attribute("data-name") for part in visible(browser, "[data-part-of]")] == ["moments"]
    select.send_keys("share")
    assert [part.get_attribute("data-name") for part in visible(browser, "[data-part-of]")] == ["share"]
    shown = visible(browser, "#effects .plot svg.main-svg")
    assert shown
    parts = visible(browser, "#effects .plot")
    widths = [(plot.size["width"], plot.find_element(By.CSS_SELECTOR, "svg.main-svg").size["width"]) for plot in parts]
    assert all(abs(plot - drawing) <= 2 for plot, drawing in widths)


def test_dark_follows_the_system(show, comparison):
    browser = show(comparison, scheme="dark")
    colours = (
        "return [getComputedStyle(document.body).backgroundColor, document.querySelector('.plot').layout.font.color]"
    )
    dark = browser.execute_script(colours)
    assert dark == ["rgb(20, 23, 27)", "#e8eaed"]
    emulate(browser, "light")
    wait(lambda: browser.execute_script(colours) == ["rgb(255, 255, 255)", "#1b1f24"])


@pytest.mark.parametrize("about", ["run", "comparison"])
def test_a_phone_scrolls_only_downwards(show, run_folder, comparison, about):
    browser = show(write_report(run_folder) if about == "run" else comparison, width=390)
    assert browser.execute_script("return [document.documentElement.scrollWidth, innerWidth]") == [390, 390]
    wide = browser.execute_script(
        "return [...document.querySelectorAll('main *')].filter(e => !e.closest('.scroll, nav, pre, svg, .plot') &&"
        " e.getBoundingClientRect().right > 391).map(e => e.outerHTML.slice(0, 80))"
    )
    assert wide == []


def test_everything_that_can_be_used_has_a_name_and_is_reached_by_tab(show, comparison):
    browser = show(comparison)
    nameless = browser.execute_script(
        "return [...document.querySelectorAll('button, input, select')].filter(e => !e.closest('label') &&"
        " !e.getAttribute('aria-label') && !e.innerText.trim()).map(e => e.outerHTML)"
    )
    assert nameless == []
    names = []
    for _ in range(6):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        focused = browser.switch_to.active_element
        names.append(focused.tag_name)
        style = browser.execute_script("return getComputedStyle(arguments[0]).outlineStyle", focused)
        assert style != "none"
    assert names[0] == "a"


def test_the_policy_refuses_the_network(browser, run_folder, show):
    show(write_report(run_folder))
    asked = browser.execute_async_script(
        "const done = arguments[0]; fetch('https://example.org').then(() => done('got it'), e => done(String(e)))"
    )
    assert "Failed to fetch" in asked
    complaints = [entry["message"] for entry in browser.get_log("browser")]
    assert all("Content Security Policy" in text for text in complaints)
    assert complaints
