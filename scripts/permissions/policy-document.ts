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

/** Builds a statement. @param actions in the form of `iamActions` */
export function allow(Sid: string, actions: string, Resource: readonly string[], Condition?: Statement["Condition"]): Statement {
  return { Sid, Effect: "Allow", Action: iamActions(actions), Resource, ...(Condition && { Condition }) };
}

/** "Query sns: CreateTopic Get*" -> ["dynamodb:Query", "sns:CreateTopic", "sns:Get*"]. DynamoDB's actions come first, without a prefix. */
export function iamActions(words: string): readonly string[] {
  let service = "dynamodb:";
  return words
    .trim()
    .split(/\s+/)
    .flatMap((word) => {
      if (!word.endsWith(":")) return [`${service}${word}`];
      service = word;
      return [];
    });
}

export function policyDocument(Statement: readonly Statement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement };
}

/** True if a document allows an action on a resource. Ignores conditions. Only the document may contain wildcards. */
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
