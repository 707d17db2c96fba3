import { SingleBar } from "cli-progress";
import { counted, type Output } from "../output";

/** Milliseconds between two lines without a terminal to draw on. */
const LINE_EVERY_MS = 10_000;
const MS_PER_SECOND = 1_000;

/** Shows a long task's progress on stderr. */
export interface ProgressBar {
  advance(count: number): void;
  stop(): void;
}

/** A bar with rate and time left on a terminal, otherwise a line from time to time. */
export function showProgress(label: string, total: number, output: Output): ProgressBar {
  return process.stderr.isTTY ? bar(label, total) : lines(label, total, output);
}

/** True if another line of progress is due. */
export function lineDue(): () => boolean {
  let toldAt = Date.now();
  return () => {
    if (Date.now() - toldAt < LINE_EVERY_MS) return false;
    toldAt = Date.now();
    return true;
  };
}

/** Reports the progress of a task of unknown length from time to time. */
export function counting(what: string, output: Output): (rows: number) => void {
  const isDue = lineDue();
  let done = 0;
  return (rows) => {
    done += rows;
    if (isDue()) output.warn(`${what}: ${counted(done, "row")} …`);
  };
}

function bar(label: string, total: number): ProgressBar {
  const started = Date.now();
  const format = `${label} {bar} {percentage}%  {value} of {total} rows, {rate} a second, {left} left`;
  const shown = new SingleBar({ format, stream: process.stderr, barsize: 24, gracefulExit: false });
  let done = 0;
  shown.start(total, 0, { rate: "-", left: "-" });
  return {
    advance(count) {
      done += count;
      shown.update(done, paceOf(done, total, started));
    },
    stop: () => shown.stop(),
  };
}

function lines(label: string, total: number, output: Output): ProgressBar {
  const started = Date.now();
  const isDue = lineDue();
  let done = 0;
  return {
    advance(count) {
      done += count;
      if (!isDue()) return;
      const { rate, left } = paceOf(done, total, started);
      output.warn(`${label}: ${done} of ${total} rows, ${rate} a second, ${left} left`);
    },
    stop: () => undefined,
  };
}

function paceOf(done: number, total: number, started: number): { readonly rate: string; readonly left: string } {
  const rate = done / Math.max((Date.now() - started) / MS_PER_SECOND, 0.001);
  const seconds = Math.ceil((total - done) / Math.max(rate, 0.001));
  return { rate: rate.toFixed(0), left: seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s` };
}
