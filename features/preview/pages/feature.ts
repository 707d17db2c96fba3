import type { ConsoleFeature } from "../../../console/app/visit";
import { wouldFlip } from "../store/flips";

/** This feature has no pages of its own: other pages show what an edit would change. */
export const pages = {
  order: 80,
  ports: () => ({
    flipsOfEdit: (editedList, { decisions, approvals, rows: { read }, policiesAt, hashes }, now) =>
      wouldFlip(editedList, { decisions, approvals, read, policiesAt, hashes, now }),
  }),
  routes: [],
} satisfies ConsoleFeature;
