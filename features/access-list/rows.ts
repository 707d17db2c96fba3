import { entryPeopleKind } from "./store/entry-people";
import { listKind } from "./store/list-indexes";
import { changeSetKind, proposalKind } from "./store/row-kinds";

export const rows = [entryPeopleKind, listKind, changeSetKind, proposalKind];
