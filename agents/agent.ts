import { canonicalJson, fromJsonValue, sha256Hex } from '../interpreter/index.ts';
import { createPeer, StartedFailure, type Peer } from '../peer/index.ts';
import { createPolicySet, startService, type PolicySet, type ServiceDefinition } from '../services/index.ts';
import { alone } from './alone.ts';
import { checkScript, type CheckedScript } from './check/check.ts';
import { AgentError } from './errors.ts';
import { explained, type PlanExplanation } from './explanation.ts';
import { PLAN_MAX, RUN_MS, RUNS_MAX } from './limits.ts';
import { checkAgentOptions, type AgentOptions } from './options.ts';
import { compileSteps, type PlanFunctions } from './plan/compile.ts';
import { parsePlan } from './plan/plan.ts';
import { planCheck, type PlanCheck } from './plan-check.ts';
import { doneRun, failedRun, ranCalls, refusedRun, type PlanResult } from './plan-run.ts';
import { SeenParticles } from './proofs.ts';
import { Rules } from './rules.ts';
import { ownIds, peerWithServices } from './service-ids.ts';
import { functionNames, toolsOf, type AgentTool } from './tools.ts';

/** Checks and runs the plans of a model on a peer of its own. */
export interface Agent {
  readonly peerId: string;
  tools(): AgentTool[];
  /** @throws {AgentError} `ERR_AGENT_PLAN`, `ERR_AGENT_PLAN_SIZE` if it is not a plan. */
  check(plan: unknown): PlanCheck;
  /** @throws {AgentError} As {@link check}, and `ERR_AGENT_PLAN_REFUSED` for a script that is not valid. */
  explain(plan: unknown): PlanExplanation;
  /**
   * Checks a plan, and runs it if the check does not refuse it.
   *
   * @param checked `PlanCheck.checked`: if script, policy or tools are not those of that check, nothing runs.
   * @throws {AgentError} As {@link check}; `ERR_AGENT_PLAN_CHANGED`, `ERR_AGENT_TOOL_CHANGED`, `ERR_AGENT_BUSY`.
   */
  run(plan: unknown, checked?: string): Promise<PlanResult>;
  /** Stops the peer, and ends the connections of its MCP services. */
  close(): Promise<void>;
}

/**
 * Starts an agent: a peer with these services and this policy, which plans reach through `check` and `run` only.
 *
 * @throws {AgentError} `ERR_AGENT_SERVICE` if two services have one id. @throws {ServiceError} `ERR_POLICY_SHAPE`.
 * @throws {TypeError} If an option is missing or misspelt.
 * @spec docs/agents.md
 * @example
 * const agent = await createAgent({ secretKey, services: [await mcpService({ id: 'bank', transport })], policy });
 * const { isRefused, findings } = agent.check({ steps: [{ id: 'paid', call: 'bank.pay', args: { amount: 5 } }] });
 */
export async function createAgent(options: AgentOptions): Promise<Agent> {
  checkAgentOptions(options);
  const agent = new PeerAgent(options);
  await agent.start();
  return agent;
}

class PeerAgent implements Agent {
  readonly #options: AgentOptions;
  readonly #policies: PolicySet | undefined;
  readonly #peer: Peer;
  readonly #seen = new SeenParticles();
  readonly #own: ReadonlySet<string>;
  readonly #rules: Rules;
  #running = 0;

  constructor(options: AgentOptions) {
    const { secretKey, services, policy, observer = {}, clock } = options;
    this.#options = options;
    this.#policies = policy === undefined ? undefined : createPolicySet(policy);
    this.#rules = new Rules(this.#policies);
    this.#own = ownIds(services);
    this.#peer = peerWithServices(() =>
      createPeer({
        secretKey,
        transport: alone,
        services: services.map(service => startService(service as ServiceDefinition)),
        ...(this.#policies && { policies: this.#policies }),
        ...(clock && { clock }),
        nameOf: peerId => (peerId === this.#peer.peerId ? 'this agent' : undefined),
        observer: {
          step: step => {
            this.#seen.step(step);
            observer.step?.(step);
          },
          call: event => {
            this.#seen.call(event);
            observer.call?.(event);
          },
          refused: event => observer.refused?.(event),
          sent: event => observer.sent?.(event),
          expired: event => observer.expired?.(event),
        },
      }),
    );
  }

  get peerId(): string {
    return this.#peer.peerId;
  }

  start(): Promise<void> {
    return this.#peer.start();
  }

  tools(): AgentTool[] {
    return toolsOf(this.#options.services, this.#rules);
  }

  check(plan: unknown): PlanCheck {
    return this.#checked(this.#scriptOf(plan)).check;
  }

  explain(plan: unknown): PlanExplanation {
    const text = this.#scriptOf(plan);
    const { found } = this.#checked(text);
    if (found.script === undefined)
      throw new AgentError('ERR_AGENT_PLAN_REFUSED', found.findings[0]?.message ?? 'it is not a script');
    return explained(found.script, found);
  }

  async run(plan: unknown, checked?: string): Promise<PlanResult> {
    if (this.#running >= RUNS_MAX)
      throw new AgentError('ERR_AGENT_BUSY', `${RUNS_MAX} plans run already: wait for one to end`);
    this.#running += 1;
    try {
      // Before the check: it must be of the tools that will answer.
      for (const service of this.#options.services) if ('verify' in service) await service.verify();
      const script = this.#scriptOf(plan);
      const { check } = this.#checked(script);
      if (checked !== undefined && checked !== check.checked)
        throw new AgentError(
          'ERR_AGENT_PLAN_CHANGED',
          'script, policy or tools are not those that were checked: check the plan again',
        );
      return check.isRefused ? refusedRun(check) : await this.#run(script, check);
    } finally {
      this.#running -= 1;
    }
  }

  async close(): Promise<void> {
    await this.#peer.stop({ graceMs: 0 });
    for (const service of this.#options.services) if ('close' in service) await service.close();
  }

  #scriptOf(plan: unknown): string {
    const parsed = parsePlan(plan);
    const script = 'script' in parsed ? parsed.script : compileSteps(parsed, this.#functions);
    // Literals that become calls make a script longer than its steps.
    if (script.length > 4 * PLAN_MAX)
      throw new AgentError('ERR_AGENT_PLAN_SIZE', 'the script of the plan is too large: split it');
    return script;
  }

  get #functions(): PlanFunctions {
    return {
      names: functionNames(this.#options.services),
      functionOf: (service, name) => this.#peer.services.find(service)?.definition.functions.get(name),
      ruledOf: (service, name) => Object.keys(this.#rules.of(service, name)),
    };
  }

  #checked(text: string): { readonly check: PlanCheck; readonly found: CheckedScript } {
    const { names: functions, functionOf } = this.#functions;
    const { peerId } = this;
    const found = checkScript(text, { peerId, functionOf, functions, policy: this.#policies?.policy });
    return { check: planCheck(text, found, this.#nameOf(text)), found };
  }

  /** Of a script, with the policy and the tools that it was checked against. */
  #nameOf(script: string): string {
    const digests = this.#options.services.map(service => [
      service.id,
      'digest' in service ? service.digest : '',
    ]);
    const named = [script, this.#policies?.policy.hash ?? '', digests];
    return sha256Hex(canonicalJson(fromJsonValue(named, 'plan')));
  }

  async #run(script: string, check: PlanCheck): Promise<PlanResult> {
    const { runMs: ttlMs = RUN_MS } = this.#options;
    const started = this.#peer.run(script, { ttlMs });
    const { id: particleId, signature } = await started.signed;
    const seen = this.#seen.begin(signature);
    const calls = (): PlanResult['calls'] => ranCalls(seen, this.#own, this.#rules);
    try {
      const result = await started.done;
      return doneRun({ particleId, check, calls: calls(), result });
    } catch (failure) {
      if (!(failure instanceof StartedFailure)) throw failure;
      return failedRun({ particleId, check, calls: calls() }, failure);
    } finally {
      this.#seen.end(signature);
    }
  }
}
