import type { Child } from "hono/jsx";
import { frameTexts } from "../texts/frame-texts";
import type { ConsoleLanguage } from "../texts/languages";
import { Alert } from "./alert";
import { shortened } from "./value";

/** Ahead of a page whose address asks for what it does not know: nobody takes the whole list for a part of it. */
export function unknownNote(unknown: readonly string[], language: ConsoleLanguage, content: Child): Child {
  if (unknown.length === 0) return content;
  return (
    <>
      <Alert kind="warn">{frameTexts[language].noSuchFilter(unknown.map((each) => shortened(each, 60)).join(", "))}</Alert>
      {content}
    </>
  );
}
