import { incidentKind } from "./store/rows";

export const rows = [incidentKind];
