"""The shifted coordinate systems of Chinese map services (火星坐标 GCJ-02、百度 BD-09 / BD-09MC), vectorised.

All functions take and return NumPy float64 arrays. GCJ-02 and BD-09 are degrees, BD-09MC metres. NaN stays NaN.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# the ellipsoid (Krasovsky 1940) the obfuscation is computed on
SEMI_MAJOR = 6378245.0
ECCENTRICITY2 = 0.00669342162296594323
BD_PI = np.pi * 3000.0 / 180.0

# Baidu's Mercator is six polynomials by bands of |y|: the lower bound of each band, and x0, x1, y0..y6, scale of y
MC_BANDS = np.array([12890594.86, 8362377.87, 5591021.0, 3481989.83, 1678043.12, 0.0])
MC_TO_LL = np.array(
    [
        [1.410526172116255e-8, 8.98305509648872e-6, -1.9939833816331, 200.9824383106796, -187.2403703815547,
         91.6087516669843, -23.38765649603339, 2.57121317296198, -0.03801003308653, 17337981.2],
        [-7.435856389565537e-9, 8.983055097726239e-6, -0.78625201886289, 96.32687599759846, -1.85204757529826,
         -59.36935905485877, 47.40033549296737, -16.50741931063887, 2.28786674699375, 10260144.86],
        [-3.030883460898826e-8, 8.98305509983578e-6, 0.30071316287616, 59.74293618442277, 7.357984074871,
         -25.38371002664745, 13.45380521110908, -3.29883767235584, 0.32710905363475, 6856817.37],
        [-1.981981304930552e-8, 8.983055099779535e-6, 0.03278182852591, 40.31678527705744, 0.65659298677277,
         -4.44255534477492, 0.85341911805263, 0.12923347998204, -0.04625736007561, 4482777.06],
        [3.09191371068437e-9, 8.983055096812155e-6, 6.995724062e-5, 23.10934304144901, -2.3663490511e-4,
         -0.6321817810242, -0.00663494467273, 0.03430082397953, -0.00466043876332, 2555164.4],
        [2.890871144776878e-9, 8.983055095805407e-6, -3.068298e-8, 7.47137025468032, -3.53937994e-6,
         -0.02145144861037, -1.234426596e-5, 1.0322952773e-4, -3.23890364e-6, 826088.5],
    ]
)  # fmt: skip


def in_china(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    """Where the shift applies: the rectangle map services use. Outside, GCJ-02 is WGS-84 unchanged."""
    return (lon >= 72.004) & (lon <= 137.8347) & (lat >= 0.8293) & (lat <= 55.8271)


def _shift(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Degrees by which GCJ-02 lies off WGS-84 at these WGS-84 positions."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    wave = (20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + wave
    east += (20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi * x / 3.0)) * 2.0 / 3.0
    east += (150.0 * np.sin(np.pi * x / 12.0) + 300.0 * np.sin(np.pi * x / 30.0)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + wave
    north += (20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi * y / 3.0)) * 2.0 / 3.0
    north += (160.0 * np.sin(np.pi * y / 12.0) + 320.0 * np.sin(np.pi * y / 30.0)) * 2.0 / 3.0
    phi = np.radians(lat)
    flat = 1.0 - ECCENTRICITY2 * np.sin(phi) ** 2
    d_lon = east * 180.0 / (SEMI_MAJOR / np.sqrt(flat) * np.cos(phi) * np.pi)
    d_lat = north * 180.0 / (SEMI_MAJOR * (1.0 - ECCENTRICITY2) / flat**1.5 * np.pi)
    return d_lon, d_lat


def wgs_to_gcj(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """WGS-84 → GCJ-02, degrees."""
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    inside = in_china(lon, lat)
    d_lon, d_lat = _shift(np.where(inside, lon, 105.0), np.where(inside, lat, 35.0))
    return np.where(inside, lon + d_lon, lon), np.where(inside, lat + d_lat, lat)


def gcj_to_wgs(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """GCJ-02 → WGS-84, degrees, to better than 0.01 m of the forward formula (fixed-point iteration)."""
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    inside = in_china(lon, lat)
    to_lon, to_lat = np.where(inside, lon, 105.0), np.where(inside, lat, 35.0)
    at_lon, at_lat = to_lon.copy(), to_lat.copy()
    for _ in range(3):  # 500 m at first, and each step leaves less than 5e-3 of it: 0.06 mm
        d_lon, d_lat = _shift(at_lon, at_lat)
        at_lon, at_lat = to_lon - d_lon, to_lat - d_lat
    return np.where(inside, at_lon, lon), np.where(inside, at_lat, lat)


def gcj_to_bd(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """GCJ-02 → BD-09, degrees. Outside China unchanged."""
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * BD_PI)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BD_PI)
    inside = in_china(lon, lat)
    return np.where(inside, radius * np.cos(angle) + 0.0065, lon), np.where(inside, radius * np.sin(angle) + 0.006, lat)


def bd_to_gcj(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """BD-09 → GCJ-02, degrees, inverting the forward formula to better than 0.01 m."""
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    inside = in_china(lon, lat)
    to_lon, to_lat = np.where(inside, lon, 105.0), np.where(inside, lat, 35.0)
    at_lon, at_lat = to_lon - 0.0065, to_lat - 0.006
    for _ in range(5):
        got_lon, got_lat = gcj_to_bd(at_lon, at_lat)
        at_lon, at_lat = at_lon + to_lon - got_lon, at_lat + to_lat - got_lat
    return np.where(inside, at_lon, lon), np.where(inside, at_lat, lat)


def bdmc_to_bd(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """BD-09MC (metres) → BD-09 (degrees)."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    height = np.abs(y)
    band = np.argmax(np.nan_to_num(height)[..., None] >= MC_BANDS, axis=-1)
    c = MC_TO_LL[band]
    t = height / c[..., 9]
    lat = c[..., 8]
    for power in range(7, 1, -1):
        lat = lat * t + c[..., power]
    return np.copysign(c[..., 0] + c[..., 1] * np.abs(x), x), np.copysign(lat, y)
