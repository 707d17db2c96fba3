import type { Ports } from "./ports";
import { recordId } from "./records";

/** The same ports, for which a row whose time is over is not there: no rule and no source can take it for one that counts. */
export function withCurrentRows(ports: Ports): Ports {
  return {
    ...ports,
    read: async (...asked) => {
      const found = await ports.read(...asked);
      const [keys] = asked;
      const over = keys.filter((key) => {
        const row = found.get(recordId(key));
        return row !== undefined && ports.counts[key.table]?.(row, ports.now) === false;
      });
      if (over.length === 0) return found;
      const hidden = new Set(over.map(recordId));
      return new Map([...found].filter(([id]) => !hidden.has(id)));
    },
  };
}
