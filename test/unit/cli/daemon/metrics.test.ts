import { expect, it } from 'vitest';
import { Metrics } from '../../../../cli/daemon/metrics.ts';

it('metrics are as Prometheus reads them', () => {
  const metrics = new Metrics().describe('a_total', 'How many.');
  metrics.count('a_total', { code: 'x' });
  metrics.count('a_total', { code: 'x' }, 2);
  metrics.count('a_total', { code: 'a"b\\c\nd' });
  metrics.gauge('b', () => 7);
  metrics.observe('c_seconds', 0.003);
  metrics.observe('c_seconds', 9);
  const text = metrics.text();
  expect(text.split('\n').slice(0, 6)).toEqual([
    '# HELP a_total How many.',
    '# TYPE a_total counter',
    'a_total{code="x"} 3',
    'a_total{code="a\\"b\\\\c\\nd"} 1',
    '# TYPE b gauge',
    'b 7',
  ]);
  expect(text).toContain('c_seconds_bucket{le="0.005"} 1\n');
  expect(text).toContain('c_seconds_bucket{le="+Inf"} 2\nc_seconds_sum 9.003\nc_seconds_count 2\n');
});

it('series of one name are bounded', () => {
  const metrics = new Metrics();
  for (let i = 0; i < 10_000; i++) metrics.count('a_total', { code: String(i) });
  expect(metrics.text().split('\n').length).toBeLessThan(600);
});
