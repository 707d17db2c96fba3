import type { ConsoleFeature } from "../../../console/app/visit";
import { wouldFlip } from "../store/flips";

/** No pages of its own: other pages show what an edit would change. */
export const feature = {
  ports: () => ({
    flipsOfEdit: (edited, { decisions, rows: { read }, policiesAt, hashes }, now) =>
      wouldFlip(edited, { decisions, read, policiesAt, hashes, now }),
  }),
  routes: [],
} satisfies ConsoleFeature;
