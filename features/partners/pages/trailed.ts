import type { TrailedRows } from "../../audit/pages/trailed-rows";
import { partnerOf } from "../store/rows";
import { partnerWords } from "./partners";

/** What the page of changes says of partners. */
export const trailedPartners: TrailedRows = {
  table: "partner",
  subjectText: partnerOf,
  // Read for each page: they are in the visitor's language.
  get names() {
    const { state, until, look } = partnerWords.names;
    return { state, until, look };
  },
  onlyNamed: true,
  cellText(_, name, text) {
    const { states, looks } = partnerWords;
    const words: Readonly<Record<string, Readonly<Record<string, string>>>> = { state: states, look: looks };
    return words[name]?.[text];
  },
};
