import type { ChangeSource } from "../../../adapters/list-changes/parts";
import type { ProposalDraft } from "../../../adapters/list-changes/proposals";

/** An edit as it would be written. */
export interface ProposedEdit extends Omit<ProposalDraft, "by" | "name"> {
  readonly source: ChangeSource;
}
