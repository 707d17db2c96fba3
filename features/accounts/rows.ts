import { accountKind } from "./store/rows";

export const rows = [accountKind];
