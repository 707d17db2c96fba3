/** A statement of an IAM policy. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

export function allow(Sid: string, Action: readonly string[], Resource: readonly string[], Condition?: Statement["Condition"]): Statement {
  return { Sid, Effect: "Allow", Action, Resource, ...(Condition && { Condition }) };
}

/** "sns: CreateTopic Get*" -> ["sns:CreateTopic", "sns:Get*"] */
export function iamActions(text: string): readonly string[] {
  const [service, ...names] = text.trim().split(/\s+/);
  return names.map((name) => `${service}${name}`);
}

export function policyDocument(Statement: readonly Statement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement };
}

/** True if a document allows an action on a resource, conditions ignored. Only the document may contain wildcards. */
export function grants({ Statement }: PolicyDocument, action: string, resource: string): boolean {
  return Statement.some(
    ({ Action, Resource }) => Action.some((each) => matches(each, action, "i")) && Resource.some((each) => matches(each, resource)),
  );
}

function matches(pattern: string, text: string, flags?: string): boolean {
  const source = pattern
    .split("*")
    .map((part) => part.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${source}$`, flags).test(text);
}
