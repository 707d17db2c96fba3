/** A stage on the way of a call: hands on what it adds, and may answer itself or make something else of the answer of the rest. */
export type CallStage<In, Out, Answer, Outer = Answer> = (call: In, rest: (call: Out) => Promise<Answer>) => Promise<Outer>;

/** CallStages, one around the other. */
export interface CallStages<First, Call, Answer, Outer> {
  use<Out, Inner>(stage: CallStage<Call, Out, Inner, Answer>): CallStages<First, Out, Inner, Outer>;
  handler(last: (call: Call) => Promise<Answer>): (first: First) => Promise<Outer>;
}

/** Begins a list of stages, the outermost first. */
export function stages<First, Outer>(): CallStages<First, First, Outer, Outer> {
  return around((last) => last);
}

function around<First, Call, Answer, Outer>(
  compose: (last: (call: Call) => Promise<Answer>) => (first: First) => Promise<Outer>,
): CallStages<First, Call, Answer, Outer> {
  return { use: (stage) => around((rest) => compose(async (call) => await stage(call, rest))), handler: compose };
}
