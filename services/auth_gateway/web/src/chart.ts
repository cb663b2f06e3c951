// What the pictures of numbers share: scales, round ticks, drawing anew when the room changes, and
// the table that says the same in figures.

import { Child, h, replace, svg } from "./dom";

export type Scale = (value: number) => number;

export function linear(from: readonly [number, number], to: readonly [number, number]): Scale {
  const span = from[1] - from[0] || 1;
  return (value) => to[0] + ((value - from[0]) / span) * (to[1] - to[0]);
}

export function logarithmic(from: readonly [number, number], to: readonly [number, number]): Scale {
  const scale = linear([Math.log(from[0]), Math.log(from[1])], to);
  return (value) => scale(Math.log(value));
}

/** Round values within [low, high], about `count` of them: 1, 2 or 5 times a power of ten apart. */
export function ticks(low: number, high: number, count: number): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const all: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; ++i) {
    all.push(Number((i * step).toPrecision(12)));
  }
  return all;
}

/** Round values within [low, high] for a logarithmic axis: 1, 2 and 5 times the powers of ten. */
export function logTicks(low: number, high: number): number[] {
  const all: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); ++power) {
    for (const factor of [1, 2, 5]) {
      const value = factor * 10 ** power;
      if (value >= low * 0.999 && value <= high * 1.001) all.push(value);
    }
  }
  return all.length >= 2 ? all : ticks(low, high, 4).filter((value) => value > 0);
}

let pictures = 0;

/** A drawing in true pixels: made again by `draw` for each width that the page gives it. */
export function picture(
  title: string,
  description: string,
  height: number,
  draw: (width: number) => SVGElement[],
): HTMLElement {
  const id = `picture-${++pictures}`;
  const drawing = svg("svg", {
    role: "img",
    height: String(height),
    "aria-labelledby": `${id}-title ${id}-text`,
  });
  const frame = h("div", { class: "picture" }, drawing);
  let drawnFor = 0;
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry?.contentRect.width ?? 0);
    if (width === 0 || width === drawnFor) return;
    drawnFor = width;
    drawing.setAttribute("width", String(width));
    drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
    replace(
      drawing,
      svg("title", { id: `${id}-title` }, title),
      svg("desc", { id: `${id}-text` }, description),
      ...draw(width),
    );
  }).observe(frame);
  return frame;
}

export interface Column {
  name: string;
  /** Figures stand right. */
  figure?: boolean;
  /** Shown on a phone beside the value; otherwise the value stands alone. */
  quiet?: boolean;
}

/** A table that becomes a list of cards where there is little room. The first cell names the row. */
export function dataTable(
  caption: string,
  columns: readonly Column[],
  rows: ReadonlyArray<readonly Child[]>,
): HTMLTableElement {
  const kind = (column: Column | undefined) => (column?.figure ? "figure" : undefined);
  return h(
    "table",
    { class: "data" },
    h("caption", { class: "visually-hidden" }, caption),
    h(
      "thead",
      {},
      h("tr", {}, ...columns.map((column) => h("th", { scope: "col", class: kind(column) }, column.name))),
    ),
    h(
      "tbody",
      {},
      ...rows.map((cells) =>
        h(
          "tr",
          {},
          ...cells.map((cell, i) =>
            i === 0
              ? h("th", { scope: "row" }, cell)
              : h(
                  "td",
                  {
                    class: kind(columns[i]),
                    "data-name": columns[i]?.quiet ? undefined : columns[i]?.name,
                  },
                  cell,
                ),
          ),
        ),
      ),
    ),
  );
}

/** The figures behind a picture, folded away below it. */
export function figuresBehind(table: HTMLTableElement): HTMLElement {
  return h("details", { class: "behind" }, h("summary", {}, "The same in figures"), table);
}
