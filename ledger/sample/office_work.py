"""Delegations, conferences and vehicle trips of the practice province.

Guarantees: an event is the one that vouchers of `once.csv` name; a vehicle's odometer goes on from trip to trip, with
one stretch left out on purpose (`LEFT_OUT`); trips of one vehicle do not overlap.
"""

from __future__ import annotations

from datetime import date, timedelta

from ledger.sample import chance, plan
from ledger.sample.workdays import is_workday, last_day, workday

TRIP_UNIT = "VPTU"
TRIP_MONTHS = ((2025, 11), (2025, 12), (2026, 1), (2026, 2), (2026, 3))
VEHICLES = {
    "TS-VPTU-004": (146_820, "Nguyễn Văn Tài", 1250),
    "TS-VPTU-005": (231_407, "Trần Quốc Huy", 1080),
    "TS-VPTU-016": (214, "Lê Đình Phong", 1420),
}
"""Vehicle → odometer before the first trip, driver, fuel in hundredths of a litre for 100 km."""

LEFT_OUT = ("TS-VPTU-005", (2026, 2), 38)
"""The one planted gap: in this month the vehicle went so many kilometres without a trip order."""

Rows = list[dict[str, str]]


def events() -> dict[tuple[str, str], Rows]:
    """(unit, month) → rows of its file of events."""
    files: dict[tuple[str, str], Rows] = {}
    for row in plan.table("events.csv"):
        cells = {key: value for key, value in row.items() if key != "unit"}
        files.setdefault((row["unit"], row["first_day"][:7]), []).append(cells)
    return files


def trips() -> dict[tuple[str, str], Rows]:
    """(unit, month) → rows of its file of vehicle trips, in order of leaving."""
    odometer = {vehicle: start for vehicle, (start, _, _) in VEHICLES.items()}
    number = 0
    files: dict[tuple[str, str], Rows] = {}
    for year, month in TRIP_MONTHS:
        rows = [row for vehicle in VEHICLES for row in _of_vehicle(vehicle, year, month, odometer)]
        rows.sort(key=lambda row: (row["day_out"], row["vehicle"]))
        if month == 1:
            number = 0
        for row in rows:
            number += 1
            row["order"] = f"LX-{number:03}"
        files[TRIP_UNIT, f"{year}-{month:02}"] = rows
    return files


def _of_vehicle(vehicle: str, year: int, month: int, odometer: dict[str, int]) -> Rows:
    """A month of one vehicle, its odometer moved on."""
    _, driver, per_100_km = VEHICLES[vehicle]
    rows: Rows = []
    day = workday(year, month, 2 + chance.number(0, 3, vehicle, year, month))
    while day <= last_day(year, month) - timedelta(days=2):
        journey = _journey(vehicle, day)
        back = day + timedelta(days=int(journey["days"]) - 1)
        if rows and (vehicle, (year, month)) == LEFT_OUT[:2] and len(rows) == 1:
            odometer[vehicle] += LEFT_OUT[2]
        out = odometer[vehicle]
        odometer[vehicle] += int(journey["km"]) + chance.number(0, 9, vehicle, day, "km")
        litres = (odometer[vehicle] - out) * per_100_km // 1000 * 10
        rows.append(
            {
                "vehicle": vehicle,
                "driver": driver,
                "day_out": day.isoformat(),
                "day_back": back.isoformat(),
                "route": journey["route"],
                "purpose": journey["purpose"],
                "user": journey["user"],
                "km_out": str(out),
                "km_back": str(odometer[vehicle]),
                "litres": f"{litres // 100},{litres % 100:02}",
                "event": _event(day),
            }
        )
        day = _next(back, vehicle)
    return rows


def _journey(vehicle: str, day: date) -> dict[str, str]:
    """Where the vehicle goes on a day."""
    journeys = plan.table("journeys.csv")
    return journeys[chance.number(0, len(journeys) - 1, vehicle, day, "journey")]


def _event(day: date) -> str:
    """The office's delegation that is there on the day, if any."""
    rows = [row for row in plan.table("events.csv") if row["unit"] == TRIP_UNIT and row["kind"] == "Đoàn"]
    return next((row["event"] for row in rows if row["first_day"] <= day.isoformat() <= row["last_day"]), "")


def _next(back: date, vehicle: str) -> date:
    """The next working day on which the vehicle leaves."""
    day = back + timedelta(days=chance.number(3, 8, vehicle, back, "next"))
    while not is_workday(day):
        day += timedelta(days=1)
    return day
