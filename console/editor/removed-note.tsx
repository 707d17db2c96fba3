import type { Visit } from "../app/visit";
import { Alert, PostForm, SubmitButton } from "../parts/forms";
import { shortened } from "../parts/value";
import { frameTexts } from "../texts/frame-texts";

interface RemovedNoteProps {
  readonly visit: Visit;
  readonly name: string;
  readonly action: string;
  readonly hidden: Readonly<Record<string, string>>;
}

/** Says what was removed, and puts it back. */
export function RemovedNote({ visit, name, action, hidden }: RemovedNoteProps) {
  return (
    <Alert kind="good">
      <PostForm visit={visit} class="undo" action={action} hidden={hidden}>
        <span>
          {frameTexts.removed} <bdi>{shortened(name, 80)}</bdi>
        </span>
        <SubmitButton text={frameTexts.undo} class="quiet" data-act="undo" />
      </PostForm>
    </Alert>
  );
}
