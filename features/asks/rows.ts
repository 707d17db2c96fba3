import { askListKind } from "./store";

export const rows = [askListKind];
