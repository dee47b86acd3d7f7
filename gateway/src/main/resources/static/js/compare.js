// The curves of several runs, metric by metric.
import {Chart, number} from "/js/chart.js";

const charts = document.getElementById("charts");
if (charts) {
  const answer = await fetch(charts.dataset.curves + location.search);
  for (const curves of await answer.json()) {
    const figure = document.getElementById(`chart-${curves.key}`);
    if (!figure) continue;
    new Chart(figure.querySelector(".plot"), curves, (step, at) => curves.lines.forEach((line, no) => {
      const shown = figure.querySelector(`[data-line="${no}"] [data-value]`);
      shown.textContent = number(step == null ? line.values.findLast(value => value != null) : at[no]);
    }));
  }
}
document.getElementById("main").dataset.ready = "true";
