/**
 * Longest text that somebody types by hand: a note, a reason, a cell of a table. In characters. Longer ones have no place in a
 * row, whose 400 KB it shares with the others of its change set.
 */
export const MAX_TEXT_LENGTH = 1_000;
