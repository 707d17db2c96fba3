import type { Child } from "hono/jsx";
import type { OutcomeKind } from "../../engine/sign-up/recording";
import { frameTexts } from "../texts/frame-texts";

export interface ChartBar {
  /** Label below the axis: "11:00". Empty for a bar that has no label. */
  readonly label: string;
  /** The span and its numbers in words, for a screen reader and the pointer. */
  readonly spoken: string;
  /** The path of the list of decisions in this span: `?from=&to=`. Undefined if the bar has no link. */
  readonly path: string | undefined;
  /** Parts from the bottom of the bar to its top. */
  readonly parts: readonly { readonly color: string; readonly count: number }[];
  /** The usual count in a span like this one. @default unknown */
  readonly typical?: number | undefined;
  readonly isFailing?: boolean;
  /** True if the page shows this span alone. */
  readonly isHere?: boolean;
}

interface StackedChartProps {
  readonly label: string;
  readonly bars: readonly ChartBar[];
  /** Height of the plot, in pixels. @default 88 */
  readonly height?: number;
  readonly language: string;
  /** Content of the fold below the chart: the same numbers as a table. */
  readonly children?: Child;
}

const SKIPPED = { "aria-hidden": "true", tabindex: -1 } as const;
const BELOW = 18;
const FILLED = 0.74;
/** Approximate number of labels along the axis. */
export const LABELS = 8;

/**
 * A chart as wide as the page, so horizontal positions are in percent. A dashed line shows typical counts. Spans in which something failed
 * are tinted.
 */
export function StackedChart({ label, bars, height = 88, language, children }: StackedChartProps) {
  const top = roundUp(Math.max(...bars.flatMap(({ parts, typical = 0 }) => [parts.reduce((sum, { count }) => sum + count, 0), typical])));
  const y = (count: number) => tenths(height - (count / top) * height);
  const width = 100 / Math.max(1, bars.length);
  return (
    <figure class="chart" aria-label={label}>
      <div class="plot">
        <svg height={height + BELOW} aria-hidden="true">
          {[0, top / 2, top].map((count) => (
            <text x="85%" y={y(count) + (count === top ? 8 : 4)} text-anchor="end">
              {count.toLocaleString(language)}
            </text>
          ))}
        </svg>
        {/* biome-ignore lint/a11y/noSvgWithoutTitle: the figure has the name, and each bar has its own. */}
        <svg height={height + BELOW}>
          {[0, top / 2, top].map((count) => (
            <line class="grid" x1="0" x2="100%" y1={y(count)} y2={y(count)} />
          ))}
          {bars.map((bar, index) => (
            <Bar bar={bar} at={index * width} width={width} height={height} y={y} />
          ))}
          <Typical bars={bars} width={width} y={y} />
        </svg>
      </div>
      <details>
        <summary>{frameTexts.asTable}</summary>
        {children}
      </details>
    </figure>
  );
}

interface BarProps {
  readonly bar: ChartBar;
  /** Horizontal position in percent. */
  readonly at: number;
  readonly width: number;
  readonly height: number;
  readonly y: (count: number) => number;
}

function Bar({ bar, at, width, height, y }: BarProps) {
  const { label, spoken, path, parts, isFailing = false, isHere = false } = bar;
  const whole = { x: percent(at), width: percent(width), y: 0, height };
  // A screen reader and the Tab key skip a span in which nobody came. Without a path, the bar is no link.
  const isSkipped = path === undefined || (!isHere && !isFailing && parts.every(({ count }) => count === 0));
  let below = 0;
  return (
    <>
      {isFailing ? <rect class="failing" {...whole} /> : null}
      <a href={path} aria-label={spoken} aria-current={isHere ? "true" : undefined} {...(isSkipped && SKIPPED)}>
        <title>{spoken}</title>
        {parts.map(({ color, count }) => {
          if (count === 0) return null;
          const bottom = y(below);
          below += count;
          // Leaves one pixel empty between this part and the part above it. A part is at least one pixel high, so that it is visible.
          const tall = tenths(Math.max(1, bottom - y(below) - 1));
          return (
            <rect
              class={color}
              x={percent(at + (width * (1 - FILLED)) / 2)}
              width={percent(width * FILLED)}
              y={tenths(bottom - tall)}
              height={tall}
              rx="1"
            />
          );
        })}
        <rect class="hit" {...whole} />
      </a>
      {label === "" ? null : (
        // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a text of a picture takes no focus.
        <text aria-hidden="true" x={percent(at + width / 2)} y={height + 13} text-anchor="middle">
          {label}
        </text>
      )}
    </>
  );
}

function Typical({ bars, width, y }: { readonly bars: readonly ChartBar[]; readonly width: number; readonly y: BarProps["y"] }) {
  return (
    <g class="typical">
      {bars.map(({ typical }, index) => {
        if (typical === undefined) return null;
        const before = bars[index - 1]?.typical;
        const [from, to] = [percent(index * width), percent((index + 1) * width)];
        return (
          <>
            {before === undefined ? null : <line x1={from} x2={from} y1={y(before)} y2={y(typical)} />}
            <line x1={from} x2={to} y1={y(typical)} y2={y(typical)} />
          </>
        );
      })}
    </g>
  );
}

function percent(share: number): string {
  return `${Math.round(share * 100) / 100}%`;
}

function tenths(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

/** Rounds up to 1, 2, 4, 6, 8 or 10 times a power of ten, and to an even number, so that its half is whole. */
function roundUp(count: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(count, 2)));
  const step = [1, 2, 4, 6, 8, 10].find((each) => each * power >= count) ?? 10;
  return Math.max(2, step * power);
}

const WIDTH = 64;
const HEIGHT = 20;

interface SparklineProps {
  /** Oldest first. */
  readonly values: readonly number[];
  readonly kind: OutcomeKind;
  readonly label: string;
}

export function Sparkline({ values, kind, label }: SparklineProps) {
  const top = Math.max(1, ...values);
  const step = WIDTH / Math.max(1, values.length);
  return (
    <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      {values.map((value, index) => {
        const height = value === 0 ? 1 : Math.max(2, (value / top) * HEIGHT);
        return (
          <rect
            class={value === 0 ? "rest" : kind}
            x={(index * step).toFixed(1)}
            y={(HEIGHT - height).toFixed(1)}
            width={Math.max(1, step - 1).toFixed(1)}
            height={height.toFixed(1)}
          />
        );
      })}
    </svg>
  );
}
