"use strict";
/* Filters a comparison: shows only the rows, sample grids and curves of the trials that match. */
const filter = { words: [], axes: new Map() };

const trialMatches = (trial) =>
  [...filter.axes].every(([axis, level]) => level === "" || trial.axes[axis] === level) &&
  filter.words.every((word) => trial.text.includes(word));

const applyFilter = () => {
  const shown = report.trials.map(trialMatches);
  for (const element of document.querySelectorAll("[data-trials]")) {
    element.hidden = !JSON.parse(element.dataset.trials).some((number) => shown[number]);
  }
  document.querySelector(".filters output").textContent =
    `${shown.filter(Boolean).length} of ${shown.length} trials`;
  document.dispatchEvent(new CustomEvent("filtered", { detail: shown }));
};

for (const form of document.querySelectorAll(".filters")) {
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    filter.words = form.querySelector("input[type=search]").value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const select of form.querySelectorAll("select")) filter.axes.set(select.dataset.axis, select.value);
    applyFilter();
  });
  form.addEventListener("reset", () => setTimeout(() => form.dispatchEvent(new Event("input"))));
}
