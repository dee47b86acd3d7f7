// A run's page: its curves, which grow with the run's events.
import {Chart, number} from "/js/chart.js";

const main = document.getElementById("main");
const run = encodeURIComponent(main.dataset.run);

function show(curves) {
  const figure = document.getElementById(`chart-${curves.key}`);
  const legend = figure.querySelector(".legend");
  const newest = line => line.values.findLast(value => value != null);
  const values = (step, at) => curves.lines.forEach((line, no) => {
    const shown = legend.querySelector(`[data-line="${no}"] [data-value]`);
    if (shown) shown.textContent = number(step == null ? newest(line) : at[no]);
  });
  const chart = new Chart(figure.querySelector(".plot"), curves, values);
  return row => {
    if (!chart.add(row)) return;
    curves.lines.forEach((line, no) => {
      if (newest(line) == null || legend.querySelector(`[data-line="${no}"]`)) return;
      const item = document.createElement("li");
      item.dataset.line = no;
      const swatch = document.createElement("span");
      swatch.className = `swatch s${no} ${line.purpose}`;
      const label = document.createElement("span");
      label.textContent = line.label;
      const value = document.createElement("strong");
      value.dataset.value = "";
      item.append(swatch, " ", label, " ", value);
      legend.append(item);
    });
    values(null, []);
  };
}

function phase(progress) {
  const what = progress.purpose === "train" ? `Training step ${progress.step}` : `Evaluation after step ${progress.step}`;
  document.getElementById("phase").hidden = false;
  document.getElementById("phase-text").textContent =
    `${what}: ${progress.groupsClosed} of ${progress.groups} problems done` + (progress.givenUp ? `, ${progress.givenUp} episodes given up` : "");
  Object.assign(document.getElementById("phase-progress"), {max: progress.groups, value: progress.groupsClosed});
}

function follow(rows) {
  const events = new EventSource(`/api/v1/runs/${run}/events?after=${main.dataset.after}`);
  let due = false;
  const changed = () => {
    if (due) return;
    due = true;
    setTimeout(() => {
      due = false;
      document.body.dispatchEvent(new CustomEvent("hone:changed"));
    }, 300);
  };
  const point = event => {
    const row = JSON.parse(event.data);
    rows.forEach(add => add(row));
    changed();
  };
  events.addEventListener("step", point);
  events.addEventListener("evaluation", point);
  events.addEventListener("progress", event => phase(JSON.parse(event.data)));
  events.addEventListener("run", event => {
    changed();
    if (["completed", "failed", "cancelled", "gate_failed"].includes(JSON.parse(event.data).state)) {
      events.close(); // It would be opened again otherwise.
      document.getElementById("phase").hidden = true;
    }
  });
}

const answer = await fetch(`/runs/${run}/curves`);
const rows = (await answer.json()).map(show);
if (main.dataset.live === "true") follow(rows);
main.dataset.ready = "true";
