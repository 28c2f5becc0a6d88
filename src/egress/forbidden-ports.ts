/**
 * Ports where a POST would be taken for something else: the WHATWG list of bad ports, and stores and control planes
 * that act on whatever text comes.
 *
 * Source: WHATWG Fetch, section 2.9 "Port blocking".
 */

/** @param port as the URL gives it: empty for the scheme's own */
export const isForbiddenPort = (port: string): boolean => port !== '' && FORBIDDEN.has(Number(port))

const WHATWG_BAD_PORTS = [
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
  109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515,
  526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049,
  3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]

const STORES_AND_CONTROL_PLANES = [
  445, // SMB
  1433, // SQL Server
  1521, // Oracle
  2181, // ZooKeeper
  2375, // Docker
  2376, // Docker over TLS
  2379, // etcd
  2380, // etcd peers
  3306, // MySQL
  3389, // RDP
  5432, // Postgres
  5672, // AMQP
  5900, // VNC
  5984, // CouchDB
  6379, // Redis
  8500, // Consul
  9042, // Cassandra
  9092, // Kafka
  9200, // Elasticsearch
  9300, // Elasticsearch transport
  10250, // kubelet
  11211, // memcached
  16379, // Redis cluster bus
  26379, // Redis Sentinel
  27017, // MongoDB
]

const FORBIDDEN = new Set([...WHATWG_BAD_PORTS, ...STORES_AND_CONTROL_PLANES])
