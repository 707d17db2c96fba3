import type { EditedList, Flips } from "../features/access-list/flips";
import { flipsOfEdit } from "../features/preview/verbs/edit-flips";
import type { Deployment } from "./deployment";

/** What verbs that edit the list ask the preview. Without it, a dry run says nothing of people. */
export const editPreviews: readonly ((edited: EditedList, deployment: Deployment, now: Date) => Promise<Flips>)[] = [flipsOfEdit];
