// A chart of several lines over training steps, drawn by uPlot.
import uPlot from "/webjars/uplot/dist/uPlot.esm.js";

const dark = matchMedia("(prefers-color-scheme: dark)");
const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** As the server's pages write numbers. */
export function number(value) {
  if (value == null || Number.isNaN(value)) return "–";
  const size = Math.abs(value);
  if (size >= 100 || Number.isInteger(value)) return value.toLocaleString("en", {maximumFractionDigits: 0});
  if (size < 0.001) return value.toExponential(1);
  return value.toFixed(size >= 10 ? 1 : 3);
}

/** What the axis spans; where all values are one, some room around it. */
function span(chart, low, high) {
  if (low == null) return [0, 1];
  return low === high ? [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2] : uPlot.rangeNum(low, high, 0.1, true);
}

/** The lines' arrays as uPlot takes them, and what describes each: a line with an interval has two more around it. */
function columns(curves) {
  const data = [curves.steps];
  const series = [{label: "step"}];
  const bands = [];
  curves.lines.forEach((line, at) => {
    const colour = css(`--s${at % 5}`);
    const single = line.values.filter(value => value != null).length < 60;
    if (line.low) {
      const hidden = {stroke: "transparent", spanGaps: true, points: {show: false}, width: 0};
      bands.push({series: [series.length, series.length + 1], fill: colour + "26"});
      series.push({...hidden}, {...hidden});
      data.push(line.high, line.low);
    }
    series.push({
      label: line.label, stroke: colour, width: 2, spanGaps: true, line: at,
      dash: line.purpose === "eval" ? [2, 4] : undefined,
      points: {show: line.purpose === "eval" || single, size: line.purpose === "eval" ? 7 : 4, fill: colour, stroke: colour},
    });
    data.push(line.values);
  });
  return {data, series, bands};
}

/** Draws into `plot`; `values(step, [of each line])` is told where the pointer is, and `values(null)` when it leaves. */
export class Chart {
  constructor(plot, curves, values) {
    Object.assign(this, {plot, curves, values});
    this.draw();
    dark.addEventListener("change", () => this.draw());
    new ResizeObserver(() => {
      if (this.drawn && plot.clientWidth) this.drawn.setSize({width: plot.clientWidth, height: plot.clientHeight});
    }).observe(plot);
  }

  draw() {
    this.drawn?.destroy();
    const {data, series, bands} = columns(this.curves);
    const axis = {stroke: css("--muted"), grid: {stroke: css("--line"), width: 1}, ticks: {show: false}, font: "11px system-ui, sans-serif", size: 28};
    this.drawn = new uPlot({
      width: this.plot.clientWidth || 300, height: this.plot.clientHeight || 190, padding: [8, 8, 0, 0],
      series, bands, legend: {show: false}, scales: {x: {time: false}, y: {range: span}},
      axes: [
        {...axis, incrs: [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000]},
        {...axis, size: 48, values: (_, ticks) => ticks.map(tick => number(tick).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, ""))},
      ],
      cursor: {y: false, drag: {x: true, y: false}},
      hooks: {setCursor: [chart => this.tell(chart)]},
    }, data, this.plot);
  }

  tell(chart) {
    const at = chart.cursor.idx;
    if (at == null) this.values(null, []);
    else this.values(this.curves.steps[at], this.curves.lines.map(line => line.values[at]));
  }

  /** Adds a phase that is done; true if the chart has a line for it. */
  add(row) {
    const {steps, lines} = this.curves;
    const mine = lines.filter(line => line.purpose === row.purpose && row.metrics[line.metric] != null);
    if (!mine.length) return false;
    let at = steps.indexOf(row.step);
    if (at < 0) {
      at = steps.findIndex(step => step > row.step);
      if (at < 0) at = steps.length;
      steps.splice(at, 0, row.step);
      for (const line of lines) for (const part of ["values", "low", "high"]) line[part]?.splice(at, 0, null);
    }
    for (const line of mine) {
      const value = row.metrics[line.metric];
      line.values[at] = value;
      if (line.low) line.low[at] = row.metrics[line.lowMetric] ?? value;
      if (line.high) line.high[at] = row.metrics[line.highMetric] ?? value;
    }
    this.drawn.setData(columns(this.curves).data);
    return true;
  }
}
