import type { Child } from "hono/jsx";
import type { Visit } from "../app/visit";
import { Alert, type HiddenFieldsProps, PostForm, SubmitButton } from "../parts/forms";
import { shortenText } from "../parts/value";
import { UNDO_PARAMETER } from "../parts/with-query";
import { frameTexts } from "../texts/frame-texts";

/** Makes a note that a row was removed or added, with Undo, shown once. The row's name is in the page's address. */
export function removedNote(
  visit: Visit,
  action: string,
  hiddenFields: HiddenFieldsProps["fields"],
  change: "removed" | "added" = "removed",
): Child {
  const name = visit.query(UNDO_PARAMETER);
  const mayUndo = visit.may("Administrator") || visit.may("Partner");
  if (visit.query("done") !== change || name === "" || !mayUndo) return null;
  return (
    <Alert kind="good">
      <PostForm visit={visit} class="undo" action={action} hidden={hiddenFields}>
        <p>
          {frameTexts[change]} <bdi>{shortenText(name, 80)}</bdi>
        </p>
        <SubmitButton text={frameTexts.undo} class="quiet" data-act="undo" />
      </PostForm>
    </Alert>
  );
}
