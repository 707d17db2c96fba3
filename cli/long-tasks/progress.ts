import { formatCount, type Output } from "../output";

/** Milliseconds between two lines of progress if the output is not a terminal. */
const LINE_EVERY_MS = 10_000;
/** Milliseconds between two updates of the line on a terminal. */
const DRAWN_EVERY_MS = 200;
const MS_PER_SECOND = 1_000;

export interface ProgressBar {
  advance(count: number): void;
  stop(): void;
}

/** Shows one line that changes on a terminal; elsewhere, prints a line every ten seconds. */
export function showProgress(label: string, total: number, output: Output): ProgressBar {
  const startedAt = Date.now();
  const isDrawn = process.stderr.isTTY;
  const isDue = lineDue(isDrawn ? DRAWN_EVERY_MS : LINE_EVERY_MS);
  let doneCount = 0;
  return {
    advance(count) {
      doneCount += count;
      if (!isDue()) return;
      const line = `${label}: ${doneCount} of ${total} rows, ${formatPace(doneCount, total, startedAt)}`;
      if (isDrawn) process.stderr.write(`\r\x1b[K${line}`);
      else output.warn(line);
    },
    stop() {
      if (isDrawn) process.stderr.write("\r\x1b[K");
    },
  };
}

/** Returns a function that returns true if `everyMs` have passed since it was created or last returned true. */
export function lineDue(everyMs = LINE_EVERY_MS): () => boolean {
  let toldAt = Date.now();
  return () => {
    if (Date.now() - toldAt < everyMs) return false;
    toldAt = Date.now();
    return true;
  };
}

export function counting(what: string, output: Output): (rows: number) => void {
  const isDue = lineDue();
  let doneCount = 0;
  return (rows) => {
    doneCount += rows;
    if (isDue()) output.warn(`${what}: ${formatCount(doneCount, "row")} …`);
  };
}

function formatPace(doneCount: number, total: number, startedAt: number): string {
  const rate = doneCount / Math.max((Date.now() - startedAt) / MS_PER_SECOND, 0.001);
  const seconds = Math.ceil((total - doneCount) / Math.max(rate, 0.001));
  const timeLeft = seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${rate.toFixed(0)} a second, ${timeLeft} left`;
}
