import { connect } from "node:net";
import { serve } from "../aws/server";
import type { Shutdown } from "../run/shutdown";
import { pageLines } from "../terminal/welcome";
import { DEFAULT_DATA, type Instance, pointTo, readInstance, removeInstance, writeInstance } from "./instance";

export class OccupiedError extends Error {
  override readonly name = "OccupiedError";
}

export async function assertFree(data: string, port: number): Promise<void> {
  const other = readInstance(data);
  // The process id alone proves nothing, because another process may have it by now. So the address must respond.
  if (other?.data === data && (await answers(new URL(other.apiUrl)))) {
    throw new OccupiedError(
      [
        `Gatehouse runs on ${data} already, at ${other.apiUrl} (process ${other.pid}). Stop it, or give another folder: --data DIR`,
        ...pageLines(other),
      ].join("\n"),
    );
  }
  const trial = await serve(port, async () => undefined);
  await trial.close();
}

function answers({ hostname, port }: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** Writes the instance file for the command line, and a pointer to it in the default folder. */
export function announce(instance: Instance, shutdown: Shutdown, home: string = DEFAULT_DATA): void {
  writeInstance(instance, instance.data);
  shutdown.add(() => removeInstance(instance.data));
  if (instance.data === home) return;
  try {
    shutdown.add(pointTo(instance, home));
  } catch {
    // If this process cannot write to the project, the command line finds the start only with --data DIR.
  }
}
