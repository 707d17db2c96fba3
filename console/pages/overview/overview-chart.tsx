import type { Figures } from "./overview-figures";

const WIDTH = 720;
const HEIGHT = 200;
const LEFT = 34;
const BOTTOM = 22;
const TOP = 8;
const stacked = ["continue", "invalid", "waiting", "block"] as const;

/** Stacked bars, one a day. The table beside them says the same. */
export function Chart({ days, label }: { readonly days: Figures["days"]; readonly label: string }) {
  const highest = Math.max(...days.map((day) => day.continue + day.block + day.invalid + day.waiting));
  const top = roundUp(highest);
  const unit = (HEIGHT - TOP - BOTTOM) / top;
  const width = (WIDTH - LEFT) / days.length;
  const y = (count: number) => HEIGHT - BOTTOM - count * unit;
  return (
    <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      {[0, top / 2, top].map((count) => (
        <>
          <line class="grid" x1={LEFT} x2={WIDTH} y1={y(count)} y2={y(count)} />
          <text x={LEFT - 6} y={y(count) + 4} text-anchor="end">
            {count}
          </text>
        </>
      ))}
      {days.map((day, index) => {
        const x = LEFT + index * width;
        let below = 0;
        return (
          <>
            {stacked.map((verdict) => {
              const count = day[verdict];
              below += count;
              return count === 0 ? null : (
                <rect class={verdict} x={x + width * 0.18} width={width * 0.64} y={y(below)} height={count * unit} rx="2" />
              );
            })}
            <text x={x + width / 2} y={HEIGHT - 6} text-anchor="middle">
              {day.day.slice(5).replace("-", "/")}
            </text>
          </>
        );
      })}
    </svg>
  );
}

/** 1, 2, 5 or 10 times a power of ten, even, so that its half is whole. */
function roundUp(count: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(count, 2)));
  const step = [1, 2, 4, 6, 8, 10].find((each) => each * power >= count) ?? 10;
  return Math.max(2, step * power);
}
