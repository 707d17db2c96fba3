import { entryPeopleKind } from "./store/entry-people";
import { changeSetKind, listKind, proposalKind } from "./store/row-kinds";

export const rows = [entryPeopleKind, listKind, changeSetKind, proposalKind];
