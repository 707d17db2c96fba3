import { lookAlikeKind } from "./store";

export const rows = [lookAlikeKind];
