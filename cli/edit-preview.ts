/** What verbs that edit the list ask the preview. Without it, they have no dry run. */
export { flipsOfEdit } from "../features/preview/verbs/edit-flips";
