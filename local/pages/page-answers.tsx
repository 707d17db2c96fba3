import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import type { Child } from "hono/jsx";
import { BackLink } from "../../console/parts/back-link";
import { Alert } from "../../console/parts/forms";
import { type Person, readPersonFile } from "../../simulator/client/person";
import { newJourney, signUpBy } from "../../simulator/client/sign-up";
import type { UserFlow } from "../../simulator/client/visit";
import type { Bench, Tried } from "../workbench/bench";
import { type Card, cardNames } from "../workbench/cards";
import { type FormFields, type PersonFields, parsePersonFields, personFields, personProblems, toPersonFields } from "./form";
import { recallVisits, simulatorPage } from "./layout";
import { type Pages, readLanguage, TOKEN_FIELD } from "./pages";
import { PersonForm } from "./person-part";
import { buildSignUpRun } from "./run";
import { runPage } from "./run-page";
import { type FlowState, flowFor, readState } from "./state";
import { simulatorTexts } from "./texts";

/** Names of the parameters that stay if the user flow or the language is changed, so that the same page is shown. */
const askedNames = ["card", "person", "recorded", "new"] as const;

export interface Surroundings {
  readonly trouble?: (() => string | undefined) | undefined;
  readonly bench?: Bench | undefined;
}

export class PageAnswers implements Pages {
  private readonly trouble: () => string | undefined;
  private readonly bench: Bench | undefined;

  /** @param flows the available user flows; the first is the default */
  constructor(
    readonly flows: readonly UserFlow[],
    { trouble = () => undefined, bench }: Surroundings,
  ) {
    this.trouble = trouble;
    this.bench = bench;
  }

  /** The first user flow's tenant and the default gate replace missing parameters. Undefined if there is no such user flow. */
  flowAt(c: Context): UserFlow | undefined {
    const { tenant = this.flows[0]?.tenant.kind ?? "", gate } = c.req.query();
    return flowFor(this.flows, tenant, gate || undefined);
  }

  async view(c: Context, { flow = this.flowAt(c) ?? this.flows[0], visits = [] }: Parameters<Pages["view"]>[1] = {}) {
    const { bench, flows } = this;
    return {
      language: readLanguage(c),
      trouble: this.trouble(),
      behind: await recallVisits(visits, bench),
      bench,
      formToken: bench && <input type="hidden" name={TOKEN_FIELD} value={bench.token} />,
      clock: bench?.clock(getCookie(c, "gatehouse-zone")),
      people: await bench?.people(),
      flows,
      flow: flow as UserFlow,
      asked: Object.fromEntries(
        askedNames.flatMap((name) => (c.req.query(name) === undefined ? [] : [[name, c.req.query(name) as string]])),
      ),
    };
  }

  async cardsAt({ tenant, gate }: UserFlow): Promise<Tried<readonly Card[]>> {
    return (await this.bench?.cards(tenant, gate)) ?? { ok: true, value: [] };
  }

  async fieldsIn(c: Context): Promise<URLSearchParams> {
    return new URLSearchParams(await c.req.text());
  }

  async missing(c: Context): Promise<Response> {
    return await this.broken(c, 404);
  }

  async broken(c: Context, status: 400 | 404 = 400): Promise<Response> {
    const here = await this.view(c);
    const { broken: t } = simulatorTexts;
    const [heading, text] = status === 404 ? [t.notFound, t.notFoundText] : [t.heading, t.text];
    const content = (
      <div class="card">
        <h1>{heading}</h1>
        <p>{text}</p>
        <BackLink path={`/?lang=${here.language}`} text={simulatorTexts.run.heading} />
      </div>
    );
    return c.html(simulatorPage(here, heading, content), status);
  }

  async withState(c: Context, fields: FormFields, goOn: (state: FlowState) => Promise<Response>): Promise<Response> {
    let state: FlowState;
    try {
      state = readState(fields.get("state") ?? "", this.flows);
    } catch {
      return await this.broken(c);
    }
    return await goOn(state);
  }

  async shown(c: Context, state: FlowState, notice?: Child): Promise<Response> {
    const here = await this.view(c, { flow: state.flow, visits: state.visits });
    return c.html(runPage({ run: buildSignUpRun(state, here), cards: await this.cardsAt(state.flow), notice }, here));
  }

  async ran(c: Context, person: Person, flow: UserFlow): Promise<Response> {
    const journey = newJourney(person, flow);
    return await this.shown(c, { ...journey, visits: (await signUpBy(journey)).visits });
  }

  /** Shows the page before any sign-up. */
  async start(c: Context, flow: UserFlow, notice?: Child, status: 200 | 404 = 200): Promise<Response> {
    const here = await this.view(c, { flow });
    return c.html(runPage({ run: undefined, cards: await this.cardsAt(flow), notice }, here), status);
  }

  async startNew(c: Context, flow: UserFlow): Promise<Response> {
    const cards = await this.cardsAt(flow);
    return await this.typing(c, flow, { ...toPersonFields(findUsualPerson(cards, this.bench)), email: "", claims: {} });
  }

  async runTyped(c: Context, flow: UserFlow, formFields: FormFields): Promise<Response> {
    const cards = formFields.has("more") ? undefined : await this.cardsAt(flow);
    const fields = personFields(formFields, findUsualPerson(cards, this.bench));
    const problems = personProblems(fields, flow.tenant.kind);
    if (problems.length > 0) return await this.typing(c, flow, fields, problems);
    const person = personIn(fields);
    return person === undefined ? await this.broken(c) : await this.ran(c, person, flow);
  }

  /** If the query names no card and no tenant, uses the tenant and the gate that are saved with the person. */
  async runNamed(c: Context, flow: UserFlow): Promise<Response> {
    const { card, tenant } = c.req.query();
    const foundPerson = card === undefined ? await this.keptPerson(c) : await this.personOfCard(flow, card);
    const at =
      foundPerson && (card !== undefined || tenant !== undefined ? flow : flowFor(this.flows, foundPerson.tenant, foundPerson.gate));
    if (foundPerson !== undefined && at !== undefined) return await this.ran(c, foundPerson.person, at);
    const goneCard = cardNames.find((name) => name === card);
    if (goneCard === undefined) return await this.missing(c);
    const { broken, run } = simulatorTexts;
    return await this.start(c, flow, <Alert kind="warn">{broken.noCard(run.cards[goneCard])}</Alert>, 404);
  }

  private async personOfCard(flow: UserFlow, card: string) {
    const cards = await this.cardsAt(flow);
    const foundCard = cards.ok ? cards.value.find(({ name }) => name === card) : undefined;
    return foundCard && { person: foundCard.person, tenant: flow.tenant.kind, gate: flow.gate };
  }

  private async keptPerson(c: Context) {
    const { person: name, recorded = "" } = c.req.query();
    if (name === undefined) return await this.bench?.recorded(recorded);
    return (await this.bench?.people())?.people.find((each) => each.name === name);
  }

  /** Shows the form alone, before a sign-up. */
  private async typing(c: Context, flow: UserFlow, fields: PersonFields, problems: readonly string[] = []): Promise<Response> {
    const [here, cards] = await Promise.all([this.view(c, { flow }), this.cardsAt(flow)]);
    const { somebodyElse, onlyAddress } = simulatorTexts.run;
    const form = <PersonForm fields={fields} problems={problems} view={here} heading={somebodyElse} hint={onlyAddress} />;
    return c.html(runPage({ run: undefined, cards, instead: form }, here), problems.length === 0 ? 200 : 400);
  }
}

/** The policy accepts the first card's form. */
function findUsualPerson(cards: Tried<readonly Card[]> | undefined, bench: Bench | undefined): Person {
  const [first] = cards?.ok === true ? cards.value : [];
  if (first !== undefined) return first.person;
  const collects = ["displayName", "givenName", "surname", "city", ...(bench?.customAttributes() ?? [])];
  return readPersonFile({ issuer: "google.com", email: "", locales: simulatorTexts.locale, collects });
}

function personIn(fields: Parameters<typeof parsePersonFields>[0]): Person | undefined {
  try {
    return parsePersonFields(fields);
  } catch {
    return undefined;
  }
}
