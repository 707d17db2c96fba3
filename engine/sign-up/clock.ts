// No clock, timer or randomness stands in engine/: whoever calls it hands these in. A test hands in its own.

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once, after that many milliseconds. Returns what cancels it. */
  startTimer(milliseconds: number, callback: () => void): () => void;
}

export interface Random {
  /** From 0 up to, but not including, 1. */
  fraction(): number;
  /** RFC 9562 §5.4, version 4: never the same twice. */
  uuid(): string;
}

/** Resolves after that many milliseconds. */
export function pause(milliseconds: number, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    clock.startTimer(milliseconds, resolve);
  });
}
