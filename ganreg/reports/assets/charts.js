"use strict";
/* Charts are drawn by plotly.js, which the page contains compressed; their controls are plain HTML, so that they work
   with the keyboard. */
const DASHES = ["solid", "6px,3px", "2px,2px", "9px,3px,2px,3px", "12px,4px", "4px,2px,1px,2px"];
const SYMBOLS = ["circle", "square", "diamond", "triangle-up", "x", "star", "cross", "hexagon"];
const BUTTONS = [["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"], ["toImage"]];
const narrow = matchMedia("(max-width: 34rem)");
const dark = matchMedia("(prefers-color-scheme: dark)");

const loadPlotly = async () => {
  const packed = atob(document.getElementById("plotly").textContent.trim());
  const bytes = Uint8Array.from(packed, (character) => character.charCodeAt(0));
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");
  script.textContent = await new Response(unpacked).text();
  document.head.append(script);
};

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
/* plotly.js interprets tags in its texts as markup. */
const asText = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

/* A bias-corrected exponential moving average; gaps stay gaps. */
const smoothed = (values, weight) => {
  if (!weight) return values;
  let [sum, mass] = [0, 0];
  return values.map((value) => {
    if (value === null) return null;
    sum = weight * sum + (1 - weight) * value;
    mass = weight * mass + (1 - weight);
    return sum / mass;
  });
};

class Chart {
  constructor(figure, chart) {
    this.chart = chart;
    this.log = false;
    this.smoothing = 0;
    this.range = null;
    this.hidden = new Set();
    this.filtered = null;
    this.plot = figure.querySelector(".plot");
    this.plot.setAttribute("role", "img");
    this.plot.setAttribute("aria-label", `${chart.title}; a table on this page lists the values`);
    if (chart.legend) this.plot.after(this.legend());
    if (chart.controls) this.plot.before(this.controls());
  }

  controls() {
    const log = element("input", { type: "checkbox" });
    log.addEventListener("change", () => this.changed(() => (this.log = log.checked)));
    const smoothing = element("input", { type: "range", min: 0, max: 0.98, step: 0.02, value: 0 });
    const amount = element("output", {}, "0");
    smoothing.addEventListener("input", () =>
      this.changed(() => {
        this.smoothing = Number(smoothing.value);
        amount.textContent = smoothing.value;
      }));
    this.from = element("input", { type: "number", min: 0, "aria-label": "from iteration" });
    this.to = element("input", { type: "number", min: 0, "aria-label": "to iteration" });
    const zoom = () => this.changed(() => (this.range = this.wanted()));
    this.from.addEventListener("change", zoom);
    this.to.addEventListener("change", zoom);
    const all = element("button", { type: "button" }, "All");
    all.setAttribute("aria-label", "Show all iterations");
    all.addEventListener("click", () => {
      this.from.value = this.to.value = "";
      zoom();
    });
    const controls = element(
      "div", { class: "controls" },
      element("label", {}, log, "Logarithmic"),
      element("label", {}, "Smoothing", smoothing, amount),
      element("label", {}, "Iterations", this.from), element("label", {}, "to", this.to), all);
    const choices = [...new Set(this.chart.series.map((series) => series.choice))];
    if (choices.length > 1) controls.prepend(this.choices(choices));
    return controls;
  }

  choices(names) {
    const select = element("select", {}, ...names.map((name) => new Option(name, name)));
    this.choice = names[0];
    select.addEventListener("change", () => this.changed(() => (this.choice = select.value)));
    return element("label", {}, "Curve", select);
  }

  legend() {
    const groups = [...new Map(this.chart.series.map((series) => [series.group, series])).values()];
    return element("ul", { class: "legend", "aria-label": `Curves of ${this.chart.title}` }, ...groups.map((series) => {
      const box = element("input", { type: "checkbox" });
      box.checked = true;
      box.addEventListener("change", () =>
        this.changed(() => this.hidden[box.checked ? "delete" : "add"](series.group)));
      return element("li", {}, element("label", {}, box, this.swatch(series), series.group));
    }));
  }

  swatch(series) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
    const dash = DASHES[series.style % DASHES.length];
    const area = series.kind === "area";
    for (const [name, value] of Object.entries({ width: 34, height: 10, "aria-hidden": "true" })) svg.setAttribute(name, value);
    for (const [name, value] of Object.entries({ x1: 0, y1: 5, x2: 34, y2: 5 })) line.setAttribute(name, value);
    line.style.stroke = area ? "var(--quiet)" : `var(--s${series.style % 8})`;
    line.style.strokeWidth = area ? "10" : "2.5";
    line.style.strokeOpacity = area ? "0.4" : "1";
    if (dash !== "solid") line.style.strokeDasharray = dash.replaceAll(",", " ");
    svg.append(line);
    return svg;
  }

  wanted() {
    if (this.from.value === "" && this.to.value === "") return null;
    const last = Math.max(...this.chart.series.flatMap((series) => series.x.slice(-1)));
    return [Number(this.from.value), this.to.value === "" ? last : Number(this.to.value)];
  }

  changed(change) {
    change();
    this.draw();
  }

  traces() {
    return this.chart.series.filter((series) => this.choice === undefined || series.choice === this.choice)
      .map((series) => this.trace(series));
  }

  trace(series) {
    if (series.kind === "heat") return this.heat(series);
    const shade = series.kind === "area" ? colour("quiet") : colour(`s${series.style % 8}`);
    const shown = this.filtered === null || series.trial === undefined || this.filtered[series.trial];
    const trace = {
      type: "scatter", name: asText(series.label), x: series.x, y: smoothed(series.y, this.smoothing), mode: "lines",
      visible: shown && !this.hidden.has(series.group), connectgaps: false,
      line: { color: shade, width: 2, dash: DASHES[series.style % DASHES.length] },
      hovertemplate: "%{fullData.name}: %{y:.9~g}<extra></extra>",
    };
    if (series.kind === "bar") {
      Object.assign(trace, { type: "bar", x: series.x.map(asText), marker: { color: series.style === 6 ? `${shade}80` : shade } });
    } else if (series.kind === "area") {
      Object.assign(trace, { fill: "tozeroy", fillcolor: `${shade}40` });
      trace.line = { color: shade, width: 1, shape: "hv" };
    } else if (series.kind === "step") {
      trace.line.shape = "hv";
    } else if (series.kind === "points") {
      Object.assign(trace, { mode: "markers", hovertemplate: "%{y}: %{x:.9~g}<extra></extra>" });
      trace.y = series.y.map(asText);
      trace.marker = { color: shade, size: 10, symbol: SYMBOLS[series.style % SYMBOLS.length] };
      trace.error_x = { type: "data", array: series.error, color: shade, thickness: 2, width: 5 };
    } else if (series.x.length < 40) {
      trace.mode = "lines+markers";
      trace.marker = { size: 6, symbol: SYMBOLS[series.style % SYMBOLS.length] };
    }
    return trace;
  }

  heat(series) {
    const names = series.x.map(asText);
    const most = Math.max(0.05, ...series.matrix.flat());
    return {
      type: "heatmap", x: names, y: names, z: series.matrix, zmin: 0, zmax: most, xgap: 1, ygap: 1,
      colorscale: [[0, colour("raised")], [1, colour("s1")]], hovertemplate: "%{y}<br>%{x}<br>error %{z:.3~f}<extra></extra>",
      colorbar: { thickness: 12, outlinewidth: 0, tickfont: { color: colour("ink") } },
    };
  }

  layout() {
    const heat = this.chart.series.some((series) => series.kind === "heat");
    const named = this.chart.series.some((series) => series.kind === "bar");
    const axis = { gridcolor: colour("grid"), linecolor: colour("line"), zeroline: false, automargin: true };
    const categories = this.chart.series.some((series) => series.kind === "points");
    return {
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", showlegend: false, uirevision: "kept",
      font: { color: colour("ink"), family: "system-ui, sans-serif", size: 13 },
      margin: { l: 8, r: 12, t: 10, b: 8 },
      hovermode: this.chart.series.length > 9 || categories || heat ? "closest" : "x unified",
      hoverlabel: { bgcolor: colour("raised"), bordercolor: colour("line"), font: { color: colour("ink") }, namelength: -1 },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: colour("quiet"), activecolor: colour("accent") },
      dragmode: narrow.matches ? false : "zoom",
      xaxis: { ...axis, title: { text: asText(this.chart.x_title) }, ...(heat || named ? { type: "category" } : {}), ...(this.range ? { range: this.range } : { autorange: true }) },
      yaxis: {
        ...axis, title: { text: asText(this.chart.y_title) }, type: categories || heat ? "category" : this.log ? "log" : "linear",
        ...(categories || heat ? { autorange: "reversed" } : { exponentformat: "power" }),
        ...(this.chart.height ? { range: [0, this.chart.height] } : {}),
      },
    };
  }

  /* A hidden chart has no size, so it is drawn once it is shown. */
  draw() {
    if (this.plot.offsetParent === null) return null;
    return Plotly.react(this.plot, this.traces(), this.layout(), {
      responsive: true, displaylogo: false, plotlyServerURL: "", modeBarButtons: BUTTONS, displayModeBar: !narrow.matches && this.chart.controls ? "hover" : false,
    });
  }
}

const drawCharts = async () => {
  const figures = [...document.querySelectorAll("figure[data-chart]")];
  if (!figures.length) return;
  try {
    await loadPlotly();
  } catch {
    for (const figure of figures) figure.querySelector(".plot").textContent = "This browser cannot draw the chart; the tables list the values.";
    return;
  }
  const charts = figures.map((figure) => new Chart(figure, report.charts[figure.dataset.chart]));
  for (const chart of charts) await chart.draw();
  const all = () => charts.forEach((chart) => chart.draw());
  dark.addEventListener("change", all);
  narrow.addEventListener("change", all);
  document.addEventListener("filtered", (event) => {
    charts.forEach((chart) => (chart.filtered = event.detail));
    all();
  });
  for (const select of document.querySelectorAll("select[data-shows]")) {
    select.addEventListener("change", () => {
      for (const part of document.querySelectorAll(`[data-part-of="${select.id}"]`)) part.hidden = part.dataset.name !== select.value;
      all();
    });
  }
  document.documentElement.dataset.drawn = "yes";
};
drawCharts();
