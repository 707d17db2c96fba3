import type { ConsoleFeature } from "../../../console/app/visit";
import { wouldFlip } from "../store/flips";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    /** Judges the newest decisions again with the list after an edit. */
    readonly wouldFlip: typeof wouldFlip;
  }
}

/** No pages of its own: other pages show what an edit would change. */
export const feature = { ports: () => ({ wouldFlip }), routes: [] } satisfies ConsoleFeature;
