"use strict";
/* Shows one sample grid of a run at a time, with a slider, a play button, and the arrow keys while the focus is inside. */
for (const viewer of document.querySelectorAll(".grids")) {
  const grids = report.grids;
  const image = viewer.querySelector("img");
  const slider = viewer.querySelector("input[type=range]");
  const play = viewer.querySelector("button");
  const output = viewer.querySelector("output");
  let timer = null;

  const show = (place) => {
    const grid = grids[place];
    slider.value = place;
    image.src = grid.uri;
    image.alt = `Samples after ${grid.iteration} iterations`;
    output.textContent = `iteration ${grid.iteration.toLocaleString("en")}`;
    slider.setAttribute("aria-valuetext", `iteration ${grid.iteration}`);
  };
  const stop = () => {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
    play.setAttribute("aria-pressed", "false");
  };
  const start = () => {
    if (Number(slider.value) === grids.length - 1) show(0);
    timer = setInterval(() => {
      show(Number(slider.value) + 1);
      if (Number(slider.value) === grids.length - 1) stop();
    }, 400);
    play.textContent = "Pause";
    play.setAttribute("aria-pressed", "true");
  };

  slider.addEventListener("input", () => {
    stop();
    show(Number(slider.value));
  });
  play.addEventListener("click", () => (timer === null ? start() : stop()));
  viewer.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined || event.target === slider) return; /* the slider handles arrow keys itself */
    event.preventDefault();
    stop();
    show(Math.min(grids.length - 1, Math.max(0, Number(slider.value) + step)));
  });
}
