/** A box of a picture: at a place, with lines of text. The first line is the title. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly lines: readonly string[];
  /** `frame` surrounds others, `ours` is created here, `theirs` exists already. */
  readonly look: "frame" | "ours" | "theirs";
}

/** An arrow along straight lines, with a text beside its middle. */
export interface Arrow {
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly text?: string;
  readonly textAt?: readonly [x: number, y: number];
  /** An arrow of what is no more. */
  readonly isDashed?: true;
}

/** A picture, described in words for who does not see it. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
  readonly texts?: readonly { readonly at: readonly [x: number, y: number]; readonly text: string }[];
}

/** Colors that read well on white and on black; the reader's setting chooses. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 }
  .frame { fill: none; stroke: #6e7781; stroke-dasharray: 4 4 }
  .ours { fill: #ddf4ff; stroke: #0969da }
  .theirs { fill: #f6f8fa; stroke: #6e7781 }
  .arrow { fill: none; stroke: #57606a; stroke-width: 1.5 }
  .dashed { stroke-dasharray: 5 4 }
  .head { fill: #57606a }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .frame { stroke: #8b949e }
    .ours { fill: #0c2d6b; stroke: #58a6ff }
    .theirs { fill: #21262d; stroke: #8b949e }
    .arrow { stroke: #9198a1 }
    .head { fill: #9198a1 }
  }
`;

/** The picture as SVG: text alone, the same on every machine. */
export function svg({ width, height, title, boxes, arrows, texts = [] }: Picture): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    '<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path class="head" d="M0 0L10 5L0 10z"/></marker></defs>',
    ...boxes.flatMap(box),
    ...arrows.flatMap(arrow),
    ...texts.map(({ at: [x, y], text }) => line(x, y, text, "middle")),
    "</svg>",
    "",
  ].join("\n");
}

const LINE_HEIGHT = 18;

function box({ x, y, width, height, lines, look }: Box): string[] {
  const first = look === "frame" ? y + 20 : y + height / 2 - ((lines.length - 1) * LINE_HEIGHT) / 2 + 4;
  const [textX, anchor] = look === "frame" ? [x + 12, "start"] : [x + width / 2, "middle"];
  return [
    `<rect class="${look}" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`,
    ...lines.map((text, index) => line(textX, first + index * LINE_HEIGHT, text, anchor, index === 0)),
  ];
}

function arrow({ points, text, textAt, isDashed }: Arrow): string[] {
  const path = points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${x} ${y}`).join("");
  const [from, to] = [points[0] ?? [0, 0], points.at(-1) ?? [0, 0]];
  const [x, y] = textAt ?? [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2 - 7];
  return [
    `<path class="arrow${isDashed ? " dashed" : ""}" d="${path}" marker-end="url(#head)"/>`,
    ...(text === undefined ? [] : [line(x, y, text, "middle")]),
  ];
}

function line(x: number, y: number, text: string, anchor: string, isTitle = false): string {
  return `<text${isTitle ? ' class="title"' : ""} x="${x}" y="${y}" text-anchor="${anchor}">${escaped(text)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
