import { PolicyError } from "../../lib/policy-folder/policy-error";
import { CasesError } from "../cases/cases-error";
import { SamplesError } from "../data/csv-table";
import { takeJobs } from "../policies/take-jobs";
import { findIn } from "./find";

takeJobs(findIn, [PolicyError, CasesError, SamplesError]);
