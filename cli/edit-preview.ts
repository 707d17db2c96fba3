import type { EditedList, Flips } from "../features/access-list/flips";
import { flipsOfEdit } from "../features/preview/verbs/edit-flips";
import type { Deployment } from "./deployment";

/** Previews for verbs that edit the list. Without one, a dry run does not count people. */
export const editPreviews: readonly ((edited: EditedList, deployment: Deployment, now: Date) => Promise<Flips>)[] = [flipsOfEdit];
