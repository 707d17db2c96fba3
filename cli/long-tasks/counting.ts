import { counted, type Output } from "../output";

const LINE_EVERY_MS = 10_000;

/** Tells now and then how far a task is whose length nobody knows. */
export function counting(what: string, output: Output): (rows: number) => void {
  let toldAt = Date.now();
  let done = 0;
  return (rows) => {
    done += rows;
    if (Date.now() - toldAt < LINE_EVERY_MS) return;
    toldAt = Date.now();
    output.warn(`${what}: ${counted(done, "row")} …`);
  };
}
