import { ButtonLink, InputField, PostForm, Select, type SelectProps, SubmitButton } from "../../console/parts/forms";
import { benchTexts } from "./bench-texts";
import { personQuery } from "./form";
import { Menu, pageAddress, type View } from "./layout";
import { carriedState, type FlowState } from "./state";
import { simulatorTexts } from "./texts";

const NAME_PATTERN = "[A-Za-z0-9]+(-[A-Za-z0-9]+)*";

interface ToolsProps {
  readonly state: FlowState;
  readonly view: View;
}

export function RerunLink({ state, view }: ToolsProps) {
  return <ButtonLink path={pageAddress(view, personQuery(state.person))} text={simulatorTexts.run.again} />;
}

export function ToolsPart({ state, view }: ToolsProps) {
  const { bench } = view;
  if (bench === undefined) return null;
  const { tools: t } = benchTexts;
  const { visits } = state;
  const words = state.person.email.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  // A name such as "kim-contoso-com".
  const name = words.join("-").slice(0, 40).replace(/-$/, "") || "person";
  const savePerson = (
    <PostForm visit={view} action={pageAddress(view, {}, "/people")} hidden={carriedState(state)}>
      <h4>{t.savePerson}</h4>
      <FileFields id="person" title={t.personTitle} name={name} />
    </PostForm>
  );
  if (visits.length === 0) return <Menu text={t.savePerson}>{savePerson}</Menu>;
  return (
    <>
      <Menu text={`${t.saveCase}…`}>
        <PostForm visit={view} action={pageAddress(view, {}, "/cases")} hidden={carriedState(state)}>
          <h4>{t.saveCase}</h4>
          <p class="hint">{t.caseLead}</p>
          <ChoiceField
            name="visit"
            label={t.step}
            options={visits.map(({ step }, index) => [String(index), simulatorTexts.path.steps[step]])}
            chosen={String(visits.length - 1)}
          />
          <FileFields id="case" title={t.caseTitle} name={name} />
        </PostForm>
        {savePerson}
      </Menu>
      <Menu text={`${t.compare}…`}>
        <PostForm visit={view} action={pageAddress(view, {}, "/compare")} hidden={carriedState(state)}>
          <p class="hint">{t.compareLead}</p>
          <p>
            <InputField id="other" label={t.other} value={bench.other} hint={t.otherHint} required />
          </p>
          <SubmitButton text={t.compare} />
        </PostForm>
      </Menu>
    </>
  );
}

interface FileFieldsProps {
  /** A prefix that makes the fields' ids unique on the page. */
  readonly id: string;
  readonly title: string;
  readonly name: string;
}

function FileFields({ id, title, name }: FileFieldsProps) {
  const { tools: t } = benchTexts;
  return (
    <>
      <p>
        <InputField id={`${id}-title`} name="title" label={title} required />
      </p>
      <p>
        <InputField
          id={`${id}-name`}
          name="name"
          label={t.name}
          value={name}
          hint={t.nameHint}
          pattern={NAME_PATTERN}
          maxlength={60}
          required
        />
      </p>
      <SubmitButton text={t.save} />
    </>
  );
}

export function ChoiceField({ name, label, ...select }: { readonly name: string; readonly label: string } & SelectProps) {
  return (
    <p>
      <label for={name}>{label}</label>
      <Select id={name} name={name} {...select} />
    </p>
  );
}
