"use strict";
/* The pictures of a run, one at a time: a slider, a play button, and the arrow keys wherever the focus is inside. */
for (const film of document.querySelectorAll(".film")) {
  const pictures = report.pictures;
  const image = film.querySelector("img");
  const slider = film.querySelector("input[type=range]");
  const play = film.querySelector("button");
  const output = film.querySelector("output");
  let timer = null;

  const show = (place) => {
    const picture = pictures[place];
    slider.value = place;
    image.src = picture.uri;
    image.alt = `Samples after ${picture.iteration} iterations`;
    output.textContent = `iteration ${picture.iteration.toLocaleString("en")}`;
    slider.setAttribute("aria-valuetext", `iteration ${picture.iteration}`);
  };
  const stop = () => {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
    play.setAttribute("aria-pressed", "false");
  };
  const start = () => {
    if (Number(slider.value) === pictures.length - 1) show(0);
    timer = setInterval(() => {
      show(Number(slider.value) + 1);
      if (Number(slider.value) === pictures.length - 1) stop();
    }, 400);
    play.textContent = "Pause";
    play.setAttribute("aria-pressed", "true");
  };

  slider.addEventListener("input", () => {
    stop();
    show(Number(slider.value));
  });
  play.addEventListener("click", () => (timer === null ? start() : stop()));
  film.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined || event.target === slider) return; /* a slider moves by itself */
    event.preventDefault();
    stop();
    show(Math.min(pictures.length - 1, Math.max(0, Number(slider.value) + step)));
  });
}
