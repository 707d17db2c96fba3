import type { OutcomeKind } from "../../engine/sign-up/outcome";

const WIDTH = 64;
const HEIGHT = 20;

interface SparklineProps {
  /** The oldest first. */
  readonly values: readonly number[];
  readonly kind: OutcomeKind;
  /** What it shows, in words. */
  readonly label: string;
}

/** A small bar chart of a count over time, one line high. */
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
