import { afterSignIn } from "entra-gatehouse";
import { who } from "./who";

/** People read it before they fill in the form. */
export default afterSignIn([...who]);
