// Scripts as applications have them.
import { id } from '../engines/peers.mjs';
import { all, answers, call, range, seq } from './air.mjs';

const ids = numbers => JSON.stringify(numbers.map(id));
/** Neighbours of a peer: the three that follow it. */
const NEIGHBOURS = 3;
const IDENTITY = JSON.stringify({
  external_addresses: ['/ip4/192.0.2.7/tcp/7777', '/ip4/192.0.2.7/tcp/9999/ws'],
  node_version: '0.26.0',
  air_version: '0.62.0',
});
const hash = i => `bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquv${i}`;
const BLUEPRINTS = JSON.stringify(
  range(8).map(i => ({ id: hash(i), name: `service-${i}`, dependencies: range(3).map(hash) })),
);
const MODULES = JSON.stringify(
  range(12).map(i => ({ hash: hash(i), name: `module-${i}`, config: { mem_pages: 1, env: {} } })),
);
const SERVICES = JSON.stringify(
  range(6).map(i => ({ id: hash(i), blueprint_id: hash(i + 1), aliases: [`alias-${i}`] })),
);

export const PROGRAMS = [
  {
    name: 'network-explore',
    what: 'so many peers are asked for their neighbours, and those who they are',
    sizes: [4, 10],
    script(size) {
      let asked = 0;
      const neighbours = () => ids(range(NEIGHBOURS).map(i => size + 1 + ((asked * NEIGHBOURS + i) % 50)));
      return {
        air: seq(
          call(0, 'known', [], 'known'),
          all(
            'known',
            'n',
            seq(
              call('n', 'neighbours', [], 'more'),
              all('more', 'm', seq(call('m', 'identify', [], 'info'), call(0, 'found', ['m', 'info']))),
            ),
          ),
        ),
        answer(name) {
          if (name === 'known') return ids(range(size).map(i => i + 1));
          if (name !== 'neighbours') return name === 'identify' ? IDENTITY : '1';
          asked += 1;
          return neighbours();
        },
      };
    },
    runs: 'all',
  },
  {
    name: 'dashboard',
    what: 'so many peers tell all that a dashboard shows of them',
    sizes: [4, 16],
    script: size => ({
      air: seq(
        call(0, 'known', [], 'known'),
        all(
          'known',
          'p',
          seq(
            call('p', 'identify', [], 'identity'),
            call('p', 'blueprints', [], 'blueprints'),
            call('p', 'modules', [], 'modules'),
            call('p', 'services', [], 'services'),
            call(0, 'show', ['p', 'identity', 'blueprints', 'modules', 'services']),
          ),
        ),
      ),
      answer: answers({
        known: ids(range(size).map(i => i + 1)),
        identify: IDENTITY,
        blueprints: BLUEPRINTS,
        modules: MODULES,
        services: SERVICES,
      }),
    }),
    runs: 'all',
  },
];
